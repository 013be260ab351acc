import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createRandom,
  InterruptedError,
  InvalidConfigError,
  InvalidModelError,
  NonFiniteError,
  OutputError,
  type MaskingRule,
  type RunEvent,
  type StepEvent,
} from '@profit-sft/core';
import { describe, expect, it } from 'vitest';
import { learningRateAt } from './learning-rate.js';
import { BigramModel } from './testing-model/bigram-model.js';
import { characterTokenizer } from './testing-model/character-tokenizer.js';
import { comparableEvents, directoryContent, readEvents } from './testing-model/directory-content.js';
import { aboveThreshold, everyToken, ruleOf, ruleWithState, smallRun } from './testing-model/small-run.js';
import { temporaryPath } from './testing-model/temporary-directory.js';
import { train } from './train.js';

const stepsOf = (directory: string): StepEvent[] => readEvents(directory).filter((event) => event.type === 'step');
const readResult = (directory: string) =>
  JSON.parse(readFileSync(join(directory, 'result.json'), 'utf8')) as Record<string, unknown>;

describe('an unbroken run', () => {
  it('learns, and leaves run.json, events.jsonl, model and result.json', async () => {
    const directory = temporaryPath();
    const run = smallRun(directory, { evaluationSteps: 5, checkpointSteps: 3 });
    const result = await train(run);

    expect(readdirSync(directory).sort()).toEqual(['checkpoints', 'events.jsonl', 'model', 'result.json', 'run.json']);
    expect(readdirSync(join(directory, 'model')).sort()).toEqual(['config.json', 'tokenizer.json', 'weights.bin']);
    expect(readdirSync(join(directory, 'checkpoints')).sort()).toEqual(['step-00000009', 'step-00000012']);
    expect(readResult(directory)).toEqual(result);
    expect(result).toMatchObject({
      status: 'completed',
      steps: 12,
      totalSteps: 12,
      skippedSteps: 0,
      model: join(directory, 'model'),
    });
    expect(result.masking).toEqual({ name: 'sft', normaliser: 'tokens' });
    expect(result.data.train).toMatchObject({ examples: 22, dropped: 0 });
    expect(result.metrics.evalNll).toBeLessThan(result.metrics.evalNllBefore! - 0.2);
    expect(result.metrics.evalObjective).toBeCloseTo(result.metrics.evalNll!, 12);
    expect(result.metrics.trainNllLast).toBeLessThan(result.metrics.trainNllFirst!);
    expect(result.metrics.keptFraction).toBe(1);

    const saved = readFileSync(join(directory, 'model', 'weights.bin'));
    expect(saved.equals(Buffer.from(run.model.weights.buffer))).toBe(true);
  });

  it('logs every step, evaluation and checkpoint', async () => {
    const directory = temporaryPath();
    const received: RunEvent[] = [];
    let closed = 0;
    const sink = { write: (event: RunEvent) => void received.push(event), close: () => void (closed += 1) };
    const settings = { evaluationSteps: 5, checkpointSteps: 6, warmup: 2, tracedExamples: 0 };
    const run = smallRun(directory, settings, { sinks: [sink] });
    const result = await train(run);
    const events = readEvents(directory);
    expect(received).toEqual(events);
    expect(closed).toBe(1);
    expect(events.filter(({ type }) => type !== 'step').map(({ type, step }) => [type, step])).toEqual([
      ['start', 0],
      ['evaluation', 0],
      ['evaluation', 5],
      ['checkpoint', 6],
      ['evaluation', 10],
      ['evaluation', 12],
      ['checkpoint', 12],
      ['end', 12],
    ]);
    expect(events[0]).toEqual({
      type: 'start',
      step: 0,
      totalSteps: 12,
      parameters: 100,
      runtime: 'plain TypeScript',
      masking: 'sft',
      seed: 3,
    });
    const steps = stepsOf(directory);
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
    expect(steps.map(({ epoch }) => epoch)).toEqual(
      [4, 8, 12, 16, 20, 22, 26, 30, 34, 38, 42, 44].map((n) => expect.closeTo(n / 22, 12)),
    );
    for (const event of steps) {
      expect(event.learningRate).toBe(learningRateAt(event.step, 12, run.config));
      expect(event).toMatchObject({ keptFraction: 1, meanWeight: 1 });
      expect(event.objective).toBeCloseTo(event.meanNll, 12);
      expect(event.gradientNorm).toBeGreaterThan(0);
      expect(event.meanProb).toBeGreaterThan(0);
      expect(event.tokens).toBeGreaterThan(event.scoredTokens);
      expect(event.seconds).toBeGreaterThanOrEqual(0);
    }
    const evaluations = events.filter((event) => event.type === 'evaluation');
    expect(evaluations[0].meanNll).toBe(result.metrics.evalNllBefore);
    expect(evaluations.at(-1)?.meanNll).toBe(result.metrics.evalNll);
    expect(result.tokens).toBe(steps.reduce((sum, { tokens }) => sum + tokens, 0));
  });

  it('records the probability and weight of every token of the first held-out examples', async () => {
    const directory = temporaryPath();
    const masking = aboveThreshold(0.15);
    const run = smallRun(directory, { evaluationSteps: 6, tracedExamples: 3 }, { masking });
    await train(run);
    const events = readEvents(directory);
    const traces = events.filter((event) => event.type === 'tokens');
    expect(traces.map(({ step, examples }) => [step, examples.length])).toEqual([
      [0, 3],
      [6, 3],
      [12, 3],
    ]);
    for (const [index, { texts, targets }] of traces[0].examples.entries()) {
      const { prompt, completion } = run.evaluation!.row(index) as { prompt: string; completion: string };
      expect(texts).toEqual([...`${prompt}${completion}`, '<end>']);
      expect(targets!.map((at) => texts![at])).toEqual([...completion, '<end>']);
    }
    expect(traces.slice(1).flatMap(({ examples }) => examples.filter(({ texts }) => texts !== undefined))).toEqual([]);
    for (const { examples } of traces) {
      for (const [index, { logProbs, weights }] of examples.entries()) {
        expect(logProbs).toHaveLength(traces[0].examples[index].targets!.length);
        expect(weights).toEqual(logProbs.map((logProb) => (Math.exp(logProb) > 0.15 ? 1 : 0)));
      }
    }
    // The held-out set is 10 examples; tracing all of them gives the evaluation's own mean.
    const whole = temporaryPath();
    await train(smallRun(whole, { tracedExamples: 99 }));
    const [evaluation] = readEvents(whole).filter((event) => event.type === 'evaluation');
    const [traced] = readEvents(whole).filter((event) => event.type === 'tokens');
    const logProbs = traced.examples.flatMap((example) => example.logProbs);
    expect(logProbs).toHaveLength(evaluation.tokens);
    expect(-logProbs.reduce((sum, value) => sum + value, 0) / logProbs.length).toBeCloseTo(evaluation.meanNll, 4);
  });

  it('counts tokens by probability at every step and evaluation', async () => {
    const directory = temporaryPath();
    await train(smallRun(directory, {}, { masking: aboveThreshold(0.15) }));
    const counted = readEvents(directory).filter((event) => event.type === 'step' || event.type === 'evaluation');
    expect(counted).toHaveLength(14);
    const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
    for (const event of counted) {
      const tokens = event.type === 'step' ? event.scoredTokens : event.tokens;
      const { probabilityCounts, keptCounts, keptFraction, meanProb } = event;
      expect(probabilityCounts).toHaveLength(20);
      expect(sum(probabilityCounts)).toBe(tokens);
      expect(sum(keptCounts) / tokens).toBeCloseTo(keptFraction, 12);
      // τ = 0.15 is the edge below the bin with index 3.
      expect(keptCounts).toEqual(probabilityCounts.map((count, bin) => (bin < 3 ? 0 : count)));
      const middles = probabilityCounts.map((count, bin) => (count * (bin + 0.5)) / 20);
      expect(Math.abs(sum(middles) / tokens - meanProb)).toBeLessThan(0.025);
    }
  });

  it('gives the same bytes for the same seed and others for another', async () => {
    const [first, again, other] = [temporaryPath(), temporaryPath(), temporaryPath()];
    await train(smallRun(first));
    await train(smallRun(again));
    await train(smallRun(other, { seed: 4 }));
    expect(directoryContent(join(again, 'model'))).toEqual(directoryContent(join(first, 'model')));
    expect(directoryContent(join(other, 'model'))).not.toEqual(directoryContent(join(first, 'model')));
  });

  it('does not depend on the size of micro-batches but for rounding', async () => {
    const models: BigramModel[] = [];
    for (const microBatchTokens of [16, 1000]) {
      const run = smallRun(temporaryPath(), { microBatchTokens });
      await train(run);
      models.push(run.model);
    }
    expect(models[0].calls.forward).toBeGreaterThan(models[1].calls.forward);
    models[0].weights.forEach((weight, index) => expect(weight).toBeCloseTo(models[1].weights[index], 5));
  });

  it('cycles over the epochs when steps are given, and trains without held-out data', async () => {
    const directory = temporaryPath();
    const result = await train(smallRun(directory, { epochs: undefined, steps: 20 }, { evaluation: undefined }));
    expect(result.steps).toBe(20);
    expect(stepsOf(directory)[19].epoch).toBeCloseTo(3 + 8 / 22, 12);
    expect(result.metrics.evalNll).toBeUndefined();
    expect(existsSync(join(directory, 'checkpoints'))).toBe(false);
  });

  it('trains each epoch in a new order on the same sequences', async () => {
    const seen: string[] = [];
    const watching = ruleOf((signals) => {
      seen.push(Array.from(signals.tokenId).join());
      return new Float32Array(signals.length).fill(1);
    });
    await train(
      smallRun(temporaryPath(), { batchSize: 1, microBatchTokens: 1 }, { masking: watching, evaluation: undefined }),
    );
    const [first, second] = [seen.slice(0, 22), seen.slice(22)];
    expect(second).not.toEqual(first);
    expect([...second].sort()).toEqual([...first].sort());
  });
});

describe('masking', () => {
  it('reports plain NLL beside the objective, and the rule’s own objective on held-out data', async () => {
    const directory = temporaryPath();
    const result = await train(smallRun(directory, {}, { masking: aboveThreshold(0.1) }));
    const [first] = stepsOf(directory);
    expect(first.keptFraction).toBeGreaterThan(0);
    expect(first.keptFraction).toBeLessThan(1);
    expect(first.objective).toBeLessThan(first.meanNll);
    expect(result.metrics.evalObjectiveBefore).toBeLessThan(result.metrics.evalNllBefore!);
    expect(result.metrics.evalKeptFractionBefore).toBeLessThan(1);
    const kept = stepsOf(directory).reduce((sum, event) => sum + event.keptFraction * event.scoredTokens, 0);
    expect(result.metrics.keptFraction).toBeCloseTo(kept / result.scoredTokens, 12);
  });

  it('counts steps in which everything is masked and warns once', async () => {
    const directory = temporaryPath();
    const masking = ruleOf((signals, { step }) => new Float32Array(signals.length).fill(step % 3 === 0 ? 1 : 0), {
      name: 'every-third',
    });
    const run = smallRun(directory, {}, { masking });
    const result = await train(run);
    expect(result).toMatchObject({ status: 'completed', steps: 12, skippedSteps: 8 });
    expect(run.model.calls.update).toBe(4);
    const steps = stepsOf(directory);
    expect(steps.map(({ gradientNorm }) => gradientNorm === null)).toEqual(
      [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0].map((n) => n === 1),
    );
    expect(steps[4].learningRate).toBe(learningRateAt(5, 12, run.config));
    const warnings = readEvents(directory).filter((event) => event.type === 'warning');
    expect(warnings).toMatchObject([{ step: 1, code: 'all-tokens-masked' }]);
  });

  it('counts steps whose scaled gradient overflowed and warns once', async () => {
    const directory = temporaryPath();
    const run = smallRun(directory);
    const update = run.model.update.bind(run.model);
    let updates = 0;
    run.model.update = (options): ReturnType<typeof update> =>
      ++updates <= 2 ? Promise.resolve({ gradientNorm: Infinity, overflowed: true }) : update(options);
    expect(await train(run)).toMatchObject({ status: 'completed', steps: 12, skippedSteps: 2 });
    expect(stepsOf(directory).map(({ overflowed }) => overflowed === true)).toEqual(
      Array.from({ length: 12 }, (_, step) => step < 2),
    );
    const warnings = readEvents(directory).filter((event) => event.type === 'warning');
    expect(warnings).toMatchObject([{ step: 1, code: 'loss-scale-too-high' }]);
  });

  it('warns when the model gives the reference tokens little probability', async () => {
    const unsure = (): BigramModel => new BigramModel(10, { spread: 3 });
    const rates = { learningRate: 1e-6 };
    const warned = async (masking: MaskingRule, model = unsure()): Promise<string[]> => {
      const directory = temporaryPath();
      await train(smallRun(directory, rates, { masking, model }));
      return readEvents(directory).flatMap((event) =>
        event.type === 'warning' ? [`${event.code} ${event.step}`] : [],
      );
    };
    expect(await warned(aboveThreshold(0.05))).toEqual(['low-mean-probability 8']);
    expect(await warned(everyToken)).toEqual([]);
    const sure = smallRun(temporaryPath());
    await train(sure);
    expect(await warned(aboveThreshold(0.05), sure.model)).toEqual([]);
  });

  it('does not change a rule’s state by evaluating', async () => {
    const counting = (): MaskingRule => {
      let calls = 0;
      return ruleOf(
        (signals) => {
          calls += 1;
          return new Float32Array(signals.length).fill(1 / calls);
        },
        { state: { save: () => calls, load: (state) => void (calls = state as number) } },
      );
    };
    const weightsOf = async (config: Record<string, unknown>): Promise<Float32Array> => {
      const run = smallRun(temporaryPath(), config, { masking: counting() });
      await train(run);
      return run.model.weights;
    };
    expect(await weightsOf({ evaluationSteps: 1 })).toEqual(await weightsOf({}));
  });
});

describe('early stopping', () => {
  it('stops after evaluations without improvement and says which step was best', async () => {
    const directory = temporaryPath();
    const config = {
      steps: 400,
      epochs: undefined,
      learningRate: 0.3,
      evaluationSteps: 4,
      earlyStopping: { patience: 2 },
    };
    const result = await train(smallRun(directory, config));
    expect(result.status).toBe('early-stopped');
    expect(result.steps).toBeLessThan(400);
    const evaluations = readEvents(directory).filter((event) => event.type === 'evaluation');
    const lowest = Math.min(...evaluations.map(({ meanNll }) => meanNll));
    expect(evaluations.find(({ meanNll }) => meanNll === lowest)?.step).toBe(result.bestStep);
    expect(result.steps - result.bestStep!).toBe(8);
    expect(result.metrics.evalNllBest).toBe(lowest);
    expect(result.metrics.evalNll).toBe(evaluations.at(-1)?.meanNll);
    expect(readEvents(directory).at(-1)).toEqual({ type: 'end', step: result.steps, status: 'early-stopped' });
  });

  it('takes an improvement smaller than the minimum for none', async () => {
    const config = {
      steps: 50,
      epochs: undefined,
      evaluationSteps: 1,
      earlyStopping: { patience: 3, minimumImprovement: 10 },
    };
    expect(await train(smallRun(temporaryPath(), config))).toMatchObject({ status: 'early-stopped', steps: 3 });
  });
});

describe('refusals, before anything is written', () => {
  it.each([
    [{ evaluationSteps: 2 }, { evaluation: undefined }, InvalidConfigError, /evaluationSteps: needs data\.eval/],
    [{ earlyStopping: {} }, {}, InvalidConfigError, /earlyStopping: needs evaluationSteps/],
    [{ steps: 3 }, {}, InvalidConfigError, /steps: cannot be combined with epochs/],
    [{ warmup: 2.5 }, {}, InvalidConfigError, /warmup/],
    [{ adapter: { rank: 2 } }, {}, InvalidConfigError, /adapter: is lora, but the model was opened with none/],
    [
      { data: { train: 'a', maxLength: 1000 } },
      {},
      InvalidConfigError,
      /data\.maxLength: is 1000, but the model allows 512/,
    ],
    [
      {},
      { tokenizer: characterTokenizer('abcdefgh 0123') },
      InvalidModelError,
      /tokenizer\.json: has 14 token ids.*vocabulary has 10/,
    ],
  ])('%j', async (config, parts, kind, message) => {
    const directory = temporaryPath();
    const attempt = train(smallRun(directory, config, parts));
    await expect(attempt).rejects.toThrow(kind);
    await expect(attempt).rejects.toThrow(message);
    expect(existsSync(directory)).toBe(false);
  });

  it('of a directory that is not empty', async () => {
    const directory = temporaryPath();
    mkdirSync(directory);
    await train(smallRun(directory));
    const before = directoryContent(directory);
    await expect(train(smallRun(directory))).rejects.toThrow(OutputError);
    expect(directoryContent(directory)).toEqual(before);
  });

  it('of a file, and of a directory that is no run’s', async () => {
    const directory = temporaryPath();
    writeFileSync(directory, 'text');
    await expect(train(smallRun(directory, {}, { resume: true }))).rejects.toThrow(/is a file/);
    const foreign = temporaryPath();
    mkdirSync(foreign);
    writeFileSync(join(foreign, 'events.jsonl'), 'precious');
    await expect(train(smallRun(foreign, {}, { resume: true }))).rejects.toThrow(/has no run\.json/);
    expect(directoryContent(foreign)).toEqual({ 'events.jsonl': Buffer.from('precious').toString('hex') });
  });

  it('of a path below a file', async () => {
    const file = temporaryPath();
    writeFileSync(file, 'text');
    await expect(train(smallRun(join(file, 'run')))).rejects.toThrow(/run.run: cannot be read \(ENOTDIR/);
  });

  it('of what is in the way beside a lock that nobody holds; the lock is given back', async () => {
    const directory = temporaryPath();
    mkdirSync(join(directory, 'lock'), { recursive: true });
    writeFileSync(join(directory, 'notes.txt'), 'precious');
    await expect(train(smallRun(directory))).rejects.toThrow(/exists already and is not empty/);
    expect(readdirSync(directory)).toEqual(['notes.txt']);
  });
});

describe('numbers that are not finite', () => {
  it('stop the run, name the step, and leave the last good checkpoint as it is', async () => {
    const directory = temporaryPath();
    const run = smallRun(directory, { checkpointSteps: 2 });
    const update = run.model.update.bind(run.model);
    run.model.update = async (options) => {
      const result = await update(options);
      if (run.model.calls.update === 6) run.model.weights.fill(Number.NaN);
      return result;
    };
    const attempt = train(run);
    await expect(attempt).rejects.toThrow(NonFiniteError);
    await expect(attempt).rejects.toThrow(/step 6/);
    expect(readdirSync(join(directory, 'checkpoints')).sort()).toEqual(['step-00000002', 'step-00000004']);
    expect(readdirSync(directory).sort()).toEqual(['checkpoints', 'events.jsonl', 'run.json']);

    const whole = temporaryPath();
    await train(smallRun(whole, { checkpointSteps: 2 }));
    await train(smallRun(directory, { checkpointSteps: 2 }, { resume: true }));
    expect(directoryContent(join(directory, 'model'))).toEqual(directoryContent(join(whole, 'model')));
  });

  it('are found in the weights of the last step, too', async () => {
    const directory = temporaryPath();
    const run = smallRun(directory, {}, { evaluation: undefined });
    const update = run.model.update.bind(run.model);
    run.model.update = async (options) => {
      const result = await update(options);
      if (run.model.calls.update === 12) run.model.weights.fill(Number.NaN);
      return result;
    };
    await expect(train(run)).rejects.toThrow(/step 12/);
    expect(existsSync(join(directory, 'model'))).toBe(false);
  });
});

describe('resuming', () => {
  const config = { evaluationSteps: 4, checkpointSteps: 3, keepCheckpoints: 1 };
  /** Aborts as soon as a step's event is written. */
  const abortAfter = (step: number) => {
    const controller = new AbortController();
    const write = (event: RunEvent): void => {
      if (event.type === 'step' && event.step === step) controller.abort();
    };
    return { signal: controller.signal, sinks: [{ write }] };
  };

  it.each([1, 3, 4, 7, 11, 12])(
    'after an interruption at step %i ends with the bytes of an unbroken run',
    async (step) => {
      const [whole, broken] = [temporaryPath(), temporaryPath()];
      const expected = await train(smallRun(whole, config, { masking: ruleWithState() }));
      const interrupted = train(smallRun(broken, config, { masking: ruleWithState(), ...abortAfter(step) }));
      await expect(interrupted).rejects.toThrow(InterruptedError);
      await expect(interrupted).rejects.toThrow(new RegExp(`after step ${step} of 12`));
      expect(readEvents(broken).at(-1)).toEqual({ type: 'end', step, status: 'interrupted' });
      expect(existsSync(join(broken, 'result.json'))).toBe(false);

      const seen: RunEvent[] = [];
      const sinks = [{ write: (event: RunEvent) => void seen.push(event) }];
      const result = await train(smallRun(broken, config, { masking: ruleWithState(), resume: true, sinks }));
      expect(directoryContent(join(broken, 'model'))).toEqual(directoryContent(join(whole, 'model')));
      expect({ ...result, seconds: 0, model: '' }).toEqual({ ...expected, seconds: 0, model: '' });
      expect(comparableEvents(broken)).toEqual(comparableEvents(whole));
      expect(readEvents(broken).filter(({ type }) => type === 'resume')).toMatchObject([{ step }]);
      expect(seen.slice(0, 2)).toMatchObject([
        { type: 'start', step, totalSteps: 12 },
        { type: 'resume', step },
      ]);
    },
  );

  it('works again and again', async () => {
    const [whole, broken] = [temporaryPath(), temporaryPath()];
    await train(smallRun(whole, config, { masking: ruleWithState() }));
    for (const step of [2, 5, 6, 10]) {
      const parts = { masking: ruleWithState(), resume: true, ...abortAfter(step) };
      await expect(train(smallRun(broken, config, parts))).rejects.toThrow(InterruptedError);
    }
    await train(smallRun(broken, config, { masking: ruleWithState(), resume: true }));
    expect(directoryContent(join(broken, 'model'))).toEqual(directoryContent(join(whole, 'model')));
    expect(comparableEvents(broken)).toEqual(comparableEvents(whole));
  });

  it('repeats an evaluation that was cut short', async () => {
    const [whole, broken] = [temporaryPath(), temporaryPath()];
    await train(smallRun(whole, config));
    const controller = new AbortController();
    const run = smallRun(broken, config, { signal: controller.signal });
    const score = run.model.score.bind(run.model);
    run.model.score = async (batch) => {
      if (run.model.calls.update === 4) controller.abort();
      return score(batch);
    };
    await expect(train(run)).rejects.toThrow(/after step 4/);
    await train(smallRun(broken, config, { resume: true }));
    expect(comparableEvents(broken)).toEqual(comparableEvents(whole));
  });

  it('starts at the first step when the signal was aborted from the beginning', async () => {
    const directory = temporaryPath();
    await expect(train(smallRun(directory, config, { signal: AbortSignal.abort() }))).rejects.toThrow(/after step 0/);
    const result = await train(smallRun(directory, config, { resume: true }));
    expect(result.steps).toBe(12);
  });

  it('of a finished run returns its result and changes nothing', async () => {
    const directory = temporaryPath();
    const result = await train(smallRun(directory, config));
    const before = directoryContent(directory);
    const again = smallRun(directory, config, { resume: true });
    expect(await train(again)).toEqual(result);
    expect(again.model.calls).toMatchObject({ forward: 0, score: 0, update: 0 });
    expect(directoryContent(directory)).toEqual(before);
  });

  it('starts afresh where there is no checkpoint, and where there is nothing', async () => {
    const [whole, broken, fresh] = [temporaryPath(), temporaryPath(), temporaryPath()];
    await train(smallRun(whole));
    const failing = smallRun(
      broken,
      {},
      {
        sinks: [
          {
            write: (event) => {
              if (event.step === 5) throw new Error('disk on fire');
            },
          },
        ],
      },
    );
    await expect(train(failing)).rejects.toThrow('disk on fire');
    await train(smallRun(broken, {}, { resume: true }));
    await train(smallRun(fresh, {}, { resume: true }));
    for (const directory of [broken, fresh]) {
      expect(directoryContent(join(directory, 'model'))).toEqual(directoryContent(join(whole, 'model')));
      expect(comparableEvents(directory)).toEqual(comparableEvents(whole));
    }
  });

  it('refuses another configuration, other data and another rule, naming what differs', async () => {
    const directory = temporaryPath();
    const parts = { masking: aboveThreshold(0.1) };
    await expect(train(smallRun(directory, config, { ...parts, ...abortAfter(4) }))).rejects.toThrow(InterruptedError);
    const before = directoryContent(directory);
    const attempts = [
      [{ ...config, learningRate: 0.06 }, parts, /learningRate: was 0\.05, is now 0\.06/],
      [{ ...config, optimizer: { weightDecay: 0.1 } }, parts, /optimizer\.weightDecay: was 0, is now 0\.1/],
      [
        { ...config, epochs: undefined, steps: 12 },
        parts,
        /epochs: was 2, is now not set\n.*steps: was not set, is now 12/,
      ],
      [config, { masking: everyToken }, /rule\.name: was "profit", is now "sft"/],
      [config, { masking: aboveThreshold(0.1, { normaliser: 'kept' as const }) }, /rule\.normaliser/],
      [config, { ...parts, train: smallRun('').evaluation! }, /data\.train/],
      [config, { ...parts, tokenizer: characterTokenizer('hgfedcba ') }, /data\.trainTokens/],
    ] as const;
    for (const [other, otherParts, message] of attempts) {
      const attempt = train(smallRun(directory, other, { ...otherParts, resume: true }));
      await expect(attempt).rejects.toThrow(InvalidConfigError);
      await expect(attempt).rejects.toThrow(message);
    }
    expect(directoryContent(directory)).toEqual(before);
    // What is kept on the disk may change.
    const changed = { ...config, checkpointSteps: 2, keepCheckpoints: 4 };
    expect(await train(smallRun(directory, changed, { ...parts, resume: true }))).toMatchObject({
      status: 'completed',
    });
  });

  it('passes over a checkpoint that is not complete', async () => {
    const [whole, broken] = [temporaryPath(), temporaryPath()];
    const keeping = { ...config, keepCheckpoints: 5 };
    await train(smallRun(whole, keeping));
    await expect(train(smallRun(broken, keeping, abortAfter(7)))).rejects.toThrow(InterruptedError);
    const checkpoints = join(broken, 'checkpoints');
    expect(readdirSync(checkpoints).sort()).toEqual(['step-00000003', 'step-00000006', 'step-00000007']);
    writeFileSync(join(checkpoints, 'step-00000007', 'model-state', 'weights.bin'), 'short');
    rmSync(join(checkpoints, 'step-00000006', 'trainer.json'));
    await train(smallRun(broken, keeping, { resume: true }));
    expect(readEvents(broken).filter(({ type }) => type === 'resume')).toMatchObject([{ step: 3 }]);
    expect(directoryContent(join(broken, 'model'))).toEqual(directoryContent(join(whole, 'model')));
    expect(readdirSync(checkpoints).sort()).toEqual([
      'step-00000003',
      'step-00000006',
      'step-00000009',
      'step-00000012',
    ]);
  });

  it('leaves as many checkpoints as are kept, also where no more are written', async () => {
    const directory = temporaryPath();
    const killedBeforeRemoving = { ...config, keepCheckpoints: 5 };
    await expect(train(smallRun(directory, killedBeforeRemoving, abortAfter(12)))).rejects.toThrow(InterruptedError);
    expect(readdirSync(join(directory, 'checkpoints'))).toHaveLength(4);
    await train(smallRun(directory, config, { resume: true }));
    expect(readdirSync(join(directory, 'checkpoints'))).toEqual(['step-00000012']);
  });

  it('refuses a run.json that cannot be read, or that somebody has changed', async () => {
    const directory = temporaryPath();
    await expect(train(smallRun(directory, config, abortAfter(5)))).rejects.toThrow(InterruptedError);
    const record = join(directory, 'run.json');
    const resumed = () => train(smallRun(directory, config, { resume: true }));
    writeFileSync(record, readFileSync(record, 'utf8').slice(0, -10));
    await expect(resumed()).rejects.toThrow(/run\.json: is not valid JSON; it was changed since the run wrote it/);
    rmSync(record);
    mkdirSync(record);
    await expect(resumed()).rejects.toThrow(/run\.json: cannot be read \(EISDIR/);
    expect(readdirSync(join(directory, 'checkpoints'))).toContain('step-00000005');
  });

  it('refuses when the log was cut behind its back', async () => {
    const directory = temporaryPath();
    await expect(train(smallRun(directory, config, abortAfter(5)))).rejects.toThrow(InterruptedError);
    writeFileSync(join(directory, 'events.jsonl'), '');
    await expect(train(smallRun(directory, config, { resume: true }))).rejects.toThrow(/events\.jsonl: has 0 bytes/);
  });
});

it('draws the same random masks whether or not evaluations come in between', async () => {
  const random = ruleOf((signals, context) =>
    Float32Array.from({ length: signals.length }, () => (context.random.next() < 0.5 ? 1 : 0)),
  );
  const one = smallRun(temporaryPath(), { evaluationSteps: 1 }, { masking: random });
  const two = smallRun(temporaryPath(), {}, { masking: random });
  await train(one);
  await train(two);
  expect(one.model.weights).toEqual(two.model.weights);
  expect(createRandom(3, 'masking', 1, 0).next()).not.toBe(createRandom(3, 'masking', 'evaluation', 0).next());
});
