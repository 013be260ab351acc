import type { Generation, TrainableModel } from '@profit-sft/core';
import { ConformanceError } from '../problem.js';
import { whereOf, withModel, type BackendSubject } from './backend-subject.js';
import { testPrompts, textOf } from './test-prompts.js';

const maxTokens = 12;

/** Ends each prompt after some tokens of its own, some of them never. */
const wanted = (prompt: number): number => 1 + ((prompt * 5) % 17);

/** Continues the prompts, each until its number of tokens, and notes what is asked and reported. */
async function generateUntil(model: TrainableModel, where: string) {
  const prompts = testPrompts();
  const asked = prompts.map(() => [] as number[]);
  const finished: { prompt: number; generation: Generation; asked: number }[] = [];
  let total = 0;
  const generations = await model.generate(prompts, {
    ...{ maxTokens, endIds: [] },
    until(prompt, token) {
      if (asked[prompt] === undefined) {
        throw new ConformanceError(where, `until is asked of prompt ${prompt} of ${prompts.length}`);
      }
      total++;
      asked[prompt].push(token);
      return asked[prompt].length >= wanted(prompt);
    },
    onFinished: (prompt, generation) => finished.push({ prompt, generation, asked: total }),
  });
  return { asked, finished, generations, total };
}

/** A text ends with the token of which `until` says so, with `stop`; it is asked of each token of each prompt once, in order. */
export async function checkUntil(subject: BackendSubject): Promise<void> {
  const where = whereOf(subject);
  await withModel(subject, async (model) => {
    const unended = await model.generate(testPrompts(), { maxTokens, endIds: [] });
    const { asked, generations } = await generateUntil(model, where);
    unended.forEach(({ tokens }, prompt) => {
      const count = wanted(prompt);
      const expected: Generation =
        count <= maxTokens
          ? { tokens: tokens.slice(0, count), finishReason: 'stop' }
          : { tokens, finishReason: 'length' };
      if (textOf(generations[prompt]) !== textOf(expected)) {
        throw new ConformanceError(
          where,
          `with until, prompt ${prompt} is continued by ${textOf(generations[prompt])}, expected ${textOf(expected)}`,
        );
      }
      if (asked[prompt].length > expected.tokens.length) {
        throw new ConformanceError(where, `until is asked of prompt ${prompt} behind its end`);
      }
      if (asked[prompt].join() !== expected.tokens.join()) {
        throw new ConformanceError(
          where,
          `until is asked of [${asked[prompt].join(', ')}] for prompt ${prompt}, whose text is ${textOf(expected)}`,
        );
      }
    });
  });
}

/** Each prompt is reported once, as it comes out in the end, and the first before the last text is done. */
export async function checkFinishedPrompts(subject: BackendSubject): Promise<void> {
  const where = whereOf(subject);
  await withModel(subject, async (model) => {
    const { finished, generations, total } = await generateUntil(model, where);
    generations.forEach((generation, prompt) => {
      const reports = finished.filter((report) => report.prompt === prompt);
      if (reports.length === 0) throw new ConformanceError(where, `prompt ${prompt} is not reported as finished`);
      if (reports.length > 1) throw new ConformanceError(where, `prompt ${prompt} is reported as finished twice`);
      const [found, expected] = [textOf(reports[0].generation), textOf(generation)];
      if (found === expected) return;
      throw new ConformanceError(where, `prompt ${prompt} is reported as ${found}, and comes out as ${expected}`);
    });
    if (Math.min(...finished.map(({ asked }) => asked)) < total) return;
    throw new ConformanceError(where, 'no prompt is reported as finished before the last token of all');
  });
}
