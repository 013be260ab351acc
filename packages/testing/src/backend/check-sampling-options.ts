import { ConformanceError } from '../problem.js';
import { modelOf, refusalOf, toleranceOf, whereOf, withModel, type BackendSubject } from './backend-subject.js';
import { referenceLogits } from './reference-logits.js';
import { distributionBehindPrompt, drawCount, draws, expectDraws } from './sampled-tokens.js';
import { parametersOf } from './saved-parameters.js';
import { generateOne, testPrompts, textOf } from './test-prompts.js';

/** Tokens are drawn from those of at least `minP` times the largest probability, at the temperature. */
export async function checkMinP(subject: BackendSubject): Promise<void> {
  const where = whereOf(subject);
  await withModel(subject, async (model) => {
    for (const temperature of [1, 2]) {
      const probabilities = await distributionBehindPrompt(model, temperature);
      // Between two tokens, so that rounding does not decide who belongs.
      const minP = (probabilities[2][1] + probabilities[3][1]) / 2 / probabilities[0][1];
      const found = await draws(model, drawCount, { temperature, minP, seed: 13 });
      expectDraws(where, `temperature ${temperature} and minP ${minP}`, found, probabilities, 3);
    }
  });
}

/** Greedy tokens are those of the largest logit, after those of tokens that the text holds were divided or multiplied by the penalty. */
export async function checkRepetitionPenalty(subject: BackendSubject): Promise<void> {
  const where = whereOf(subject);
  const { config, directory } = await modelOf(subject);
  const parameters = await parametersOf(directory);
  const repetitionPenalty = 1.6;
  await withModel(subject, async (model) => {
    for (const prompt of testPrompts().slice(1, 5)) {
      const { tokens } = await generateOne(model, prompt, { maxTokens: 12, endIds: [], repetitionPenalty });
      const text = [...prompt, ...tokens];
      const logits = referenceLogits(config, parameters, text.slice(0, -1));
      tokens.forEach((token, place) => {
        const held = new Set(text.slice(0, prompt.length + place));
        const own = logits[prompt.length - 1 + place].map((logit, id) => {
          if (!held.has(id)) return logit;
          return logit < 0 ? logit * repetitionPenalty : logit / repetitionPenalty;
        });
        const best = own.reduce((found, value, id) => (value > own[found] ? id : found), 0);
        if (own[token] >= own[best] - toleranceOf(subject).signals * Math.max(1, Math.abs(own[best]))) return;
        throw new ConformanceError(
          where,
          `with a repetitionPenalty of ${repetitionPenalty}, greedy token ${place} behind a prompt of ${prompt.length} is ${token} (penalised logit ${own[token]}), the largest is that of ${best} (${own[best]})`,
        );
      });
    }
  });
}

/** With a seed for each prompt, its text depends on the prompt and the seed alone. */
export async function checkPromptSeeds(subject: BackendSubject): Promise<void> {
  const where = whereOf(subject);
  const options = { maxTokens: 10, endIds: [], temperature: 2 };
  await withModel(subject, async (model) => {
    const prompts = testPrompts();
    const seeds = prompts.map((_, index) => 30 + index);
    const together = (await model.generate(prompts, { ...options, seeds })).map(textOf);
    const order = [...prompts.keys()].reverse();
    const reversed = await model.generate(
      order.map((index) => prompts[index]),
      { ...options, seeds: order.map((index) => seeds[index]) },
    );
    for (const [place, index] of order.entries()) {
      const found = textOf(reversed[place]);
      if (found === together[index]) continue;
      throw new ConformanceError(
        where,
        `with seed ${seeds[index]}, a prompt is continued by ${together[index]} in one place, by ${found} in another`,
      );
    }
    // These two are the same prompt.
    if (together[3] === together[20]) {
      throw new ConformanceError(where, 'with other seeds, the same prompt has the same text');
    }
    await refusalOf(subject, 'seeds for other prompts', () =>
      model.generate(prompts.slice(0, 2), { ...options, seeds: [1, 2, 3] }),
    );
  });
}
