import type { Generation } from '@profit-sft/core';
import { ConformanceError } from '../problem.js';
import { modelOf, refusalOf, toleranceOf, whereOf, withModel, type BackendSubject } from './backend-subject.js';
import { distributionBehindPrompt, drawCount, draws, expectDraws, logProbsAlong } from './sampled-tokens.js';
import { randomSequences } from './test-batches.js';
import { testModel } from './test-models.js';
import { generateOne, testPrompts, textOf } from './test-prompts.js';

/** Each greedy token is the most probable one by the model's own scores of the text before it. */
export async function checkGreedy(subject: BackendSubject): Promise<void> {
  const where = whereOf(subject);
  await withModel(subject, async (model) => {
    for (const prompt of testPrompts().slice(1, 4)) {
      const { tokens } = await generateOne(model, prompt, { maxTokens: 12, endIds: [] });
      const rows = await logProbsAlong(model, [...prompt, ...tokens]);
      tokens.forEach((token, place) => {
        const row = rows[prompt.length - 1 + place];
        const best = row.reduce((found, value, id) => (value > row[found] ? id : found), 0);
        if (row[token] >= row[best] - toleranceOf(subject).signals) return;
        throw new ConformanceError(
          where,
          `greedy token ${place} behind a prompt of ${prompt.length} is ${token} (log p = ${row[token]}), the most probable one is ${best} (${row[best]})`,
        );
      });
    }
  });
}

/** Prompts that are continued together are continued as each alone, in their order. No prompts, no results. */
export async function checkBatchedGeneration(subject: BackendSubject): Promise<void> {
  const where = whereOf(subject);
  const options = { maxTokens: 8, endIds: [] };
  await withModel(subject, async (model) => {
    const prompts = testPrompts();
    const together = await model.generate(prompts, options);
    if (together.length !== prompts.length) {
      throw new ConformanceError(where, `generate returns ${together.length} results for ${prompts.length} prompts`);
    }
    for (const [index, prompt] of prompts.entries()) {
      const [found, alone] = [textOf(together[index]), textOf(await generateOne(model, prompt, options))];
      if (found === alone) continue;
      throw new ConformanceError(
        where,
        `prompt ${index} of ${prompts.length} is continued by ${found} together with others, by ${alone} alone`,
      );
    }
    const none = await model.generate([], options);
    if (none.length !== 0) throw new ConformanceError(where, `generate returns ${none.length} results for no prompts`);
  });
}

/**
 * Tokens are drawn in proportion to p^(1/temperature), from the `topK` most probable, or from the fewest that reach `topP`;
 * a choice of one is the greedy one.
 */
export async function checkSampling(subject: BackendSubject): Promise<void> {
  const where = whereOf(subject);
  await withModel(subject, async (model) => {
    for (const [temperature, topK] of [
      [1, 5],
      [0.4, 5],
      [3, 5],
      [1, 2],
    ]) {
      const found = await draws(model, drawCount, { temperature, topK, seed: 11 });
      expectDraws(
        where,
        `temperature ${temperature} and topK ${topK}`,
        found,
        await distributionBehindPrompt(model, temperature),
        topK,
      );
    }
    const probabilities = await distributionBehindPrompt(model, 1);
    const reached = (mass: number): number => {
      let sum = 0;
      return 1 + probabilities.findIndex(([, p]) => (sum += p) >= mass);
    };
    // Half-way into a token's probability, so that rounding does not decide who belongs.
    const topP = probabilities.slice(0, 3).reduce((sum, [, p]) => sum + p, probabilities[3][1] / 2);
    const found = await draws(model, drawCount, { temperature: 1, topP, seed: 12 });
    expectDraws(where, `topP ${topP}`, found, probabilities, reached(topP));

    const greedy = textOf(await generateOne(model, testPrompts()[2], { maxTokens: 6, endIds: [] }));
    for (const choice of [
      { temperature: 2, topK: 1 },
      { temperature: 2, topP: 1e-6 },
      { temperature: 0, seed: 5 },
    ]) {
      const text = textOf(await generateOne(model, testPrompts()[2], { maxTokens: 6, endIds: [], ...choice }));
      if (text === greedy) continue;
      throw new ConformanceError(
        where,
        `${JSON.stringify(choice)} continues a prompt by ${text}, the greedy choice is ${greedy}`,
      );
    }
  });
}

/** Equal seeds give equal texts, and other seeds others. */
export async function checkSeeds(subject: BackendSubject): Promise<void> {
  const where = whereOf(subject);
  await withModel(subject, async (model) => {
    const texts = async (seed: number): Promise<string> =>
      (await model.generate(testPrompts().slice(0, 4), { maxTokens: 10, endIds: [], temperature: 2, seed }))
        .map(textOf)
        .join();
    const first = await texts(1);
    if ((await texts(1)) !== first) throw new ConformanceError(where, 'equal seeds give different texts');
    if ((await texts(2)) === first) throw new ConformanceError(where, 'other seeds give the same texts');
  });
}

/** Text stops after `maxTokens`, or where the positions run out, and says so by `length`. */
export async function checkLengths(subject: BackendSubject): Promise<void> {
  const where = whereOf(subject);
  const { maxPositions } = (await modelOf(subject)).config;
  await withModel(subject, async (model) => {
    const prompt = testPrompts()[4];
    const long = await generateOne(model, prompt, { maxTokens: 9, endIds: [] });
    for (const maxTokens of [1, 4, 9]) {
      const { tokens, finishReason } = await generateOne(model, prompt, { maxTokens, endIds: [] });
      if (
        tokens.length !== maxTokens ||
        finishReason !== 'length' ||
        tokens.join() !== long.tokens.slice(0, maxTokens).join()
      ) {
        throw new ConformanceError(
          where,
          `with maxTokens ${maxTokens} it generates [${tokens.join(', ')}] (${finishReason}); with 9 [${long.tokens.join(', ')}]`,
        );
      }
    }
    const [nearEnd] = randomSequences(8, [maxPositions - 3]).map((ids) => Int32Array.from(ids));
    const { tokens, finishReason } = await generateOne(model, nearEnd, { maxTokens: 20, endIds: [] });
    // The last token needs no position: nothing comes behind it.
    if (finishReason !== 'length' || tokens.length < 3 || tokens.length > 4) {
      throw new ConformanceError(
        where,
        `behind a prompt of ${nearEnd.length} of ${maxPositions} positions it generates ${tokens.length} tokens (${finishReason}); expected 3 or 4 and "length"`,
      );
    }
  });
}

/** A text stops at an end token, without it, and says so by `stop`; end tokens are those asked for, or else the model's own. */
export async function checkEndIds(subject: BackendSubject): Promise<void> {
  const where = whereOf(subject);
  const prompts = testPrompts().slice(0, 3);
  const maxTokens = 10;
  const unended = await withModel(subject, (model) => model.generate(prompts, { maxTokens, endIds: [] }));
  // A token in the middle of the first text ends it, and maybe others.
  const endId = unended[0].tokens[4];
  const expected = unended.map(({ tokens }): Generation => {
    const end = tokens.indexOf(endId);
    return end < 0 ? { tokens, finishReason: 'length' } : { tokens: tokens.slice(0, end), finishReason: 'stop' };
  });
  const compare = (what: string, found: readonly Generation[], wanted: readonly Generation[]): void => {
    const wrong = wanted.findIndex((generation, index) => textOf(generation) !== textOf(found[index]));
    if (wrong < 0) return;
    throw new ConformanceError(
      where,
      `${what} ${endId}, prompt ${wrong} is continued by ${textOf(found[wrong])}, expected ${textOf(wanted[wrong])}`,
    );
  };
  await withModel(subject, async (model) => {
    compare('with endIds of', await model.generate(prompts, { maxTokens, endIds: [endId] }), expected);
  });
  const { folder, model: name = 'llama' } = subject;
  const own = await testModel(folder, name, {
    name: `${name}-ends-at-${endId}`,
    generation: { eos_token_id: [endId] },
  });
  await withModel(
    subject,
    async (model) => {
      compare('with generation_config.json’s eos_token_id of', await model.generate(prompts, { maxTokens }), expected);
      compare(
        'with no endIds in place of the model’s own,',
        await model.generate(prompts, { maxTokens, endIds: [] }),
        unended,
      );
    },
    own.directory,
  );
}

/** A prompt that is empty, or longer than the model's positions, is refused, and the model goes on working. */
export async function checkRefusedPrompts(subject: BackendSubject): Promise<void> {
  const { maxPositions } = (await modelOf(subject)).config;
  await withModel(subject, async (model) => {
    const [good] = testPrompts();
    const long = new Int32Array(maxPositions + 1).fill(9);
    await refusalOf(subject, 'an empty prompt', () => model.generate([good, new Int32Array(0)], { maxTokens: 2 }));
    await refusalOf(subject, 'a prompt longer than the positions', () => model.generate([long], { maxTokens: 2 }));
    await model.generate([good], { maxTokens: 2, endIds: [] });
  });
}

/** Progress rises from report to report and ends at the number of tokens of all texts. */
export async function checkGenerationProgress(subject: BackendSubject): Promise<void> {
  const where = whereOf(subject);
  await withModel(subject, async (model) => {
    const reports: number[] = [];
    const generations = await model.generate(testPrompts(), {
      ...{ maxTokens: 5, endIds: [] },
      onProgress: (tokens) => reports.push(tokens),
    });
    const total = generations.reduce((sum, { tokens }) => sum + tokens.length, 0);
    const falls = reports.findIndex((tokens, index) => index > 0 && tokens < reports[index - 1]);
    if (falls > 0) {
      throw new ConformanceError(where, `progress falls from ${reports[falls - 1]} to ${reports[falls]} tokens`);
    }
    if (reports.at(-1) === total) return;
    throw new ConformanceError(
      where,
      `progress ends at ${reports.at(-1) ?? 'nothing'}, but ${total} tokens were generated`,
    );
  });
}
