import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  modelSignalNames,
  type GenerateOptions,
  type Generation,
  type TokenBatch,
  type TokenSignals,
  type TrainableModel,
  type UpdateOptions,
} from '@profit-sft/core';
import type { TestModelName } from '../backend/test-models.js';
import { generatesBy, givesSignals, seesBatch, takesOptions, takesWeights, type Change } from './changed-backend.js';
import { rewriteTensors } from './rewrite-saved.js';

/** The description says something else. */
const describedAs = (changes: object): Change => ({
  model: ({ description }) => ({ description: { ...description, ...changes } }),
});

/** Each log p is off by something that depends on the batch. */
const logProbOff = (by: (batch: TokenBatch, token: number) => number): Change =>
  givesSignals((signals, batch) => ({
    ...signals,
    logProb: signals.logProb.map((value, token) => value + by(batch, token)),
  }));

/** Results of generation come out otherwise. */
const generations = (change: (all: Generation[]) => Generation[]): Change => ({
  model: (model) => ({ generate: async (...call) => change(await model.generate(...call)) }),
});

/** Runs the last backward pass once more whenever `again` does something. */
function repeatsLastPass(again: 'update' | 'loadState'): Change {
  return {
    model(model) {
      let last: { batch: TokenBatch; weights: Float32Array } | undefined;
      let batch: TokenBatch;
      const repeat = async (): Promise<void> => {
        if (last !== undefined) await model.backward(await model.forward(last.batch, []), last.weights);
      };
      return {
        forward: (given, needs, options) => model.forward((batch = given), needs, options),
        async backward(forward, weights, coefficients) {
          await model.backward(forward, weights, coefficients);
          last = { batch, weights };
        },
        async update(options) {
          const result = await model.update(options);
          if (again === 'update') await repeat();
          else last = undefined;
          return result;
        },
        async loadState(directory) {
          await model.loadState(directory);
          if (again === 'loadState') await repeat();
        },
      };
    },
  };
}

const changesState = (change: (directory: string) => Promise<void>): Change => ({
  model: (model) => ({
    async saveState(directory) {
      await model.saveState(directory);
      await change(directory);
    },
  }),
});

const changesSaved = (change: (directory: string, opened: string) => Promise<void>): Change => ({
  model: (model, opened) => ({
    async save(directory) {
      await model.save(directory);
      await change(directory, opened);
    },
  }),
});

/** Norms are decayed like matrices. */
const decaysNorms: Change = {
  model(model) {
    let factor = 1;
    return {
      update(options: UpdateOptions) {
        factor *= 1 - options.learningRate * options.weightDecay;
        return model.update(options);
      },
      async save(directory) {
        await model.save(directory);
        const isNorm = (name: string): boolean => name.endsWith('norm.weight');
        await rewriteTensors(directory, 'model.safetensors', (name, value) => (isNorm(name) ? value * factor : value));
      },
    };
  },
};

/** A gradient that is not finite still counts as a step, of nothing. */
const countsBadSteps: Change = {
  model: (model) => ({
    async update(options) {
      const result = await model.update(options);
      if (!Number.isFinite(result.gradientNorm)) await model.update({ ...options, learningRate: 0 });
      return result;
    },
  }),
};

const hidesBadGradients: Change = {
  model: (model) => ({
    backward: (forward, weights, coefficients) =>
      model.backward(
        forward,
        weights.map((weight) => (Number.isFinite(weight) ? weight : 0)),
        coefficients,
      ),
  }),
};

/** The arrays of signals are those of the next pass, too. */
function reusesSignals(): Change {
  const arrays = new Map<string, Float32Array>();
  return givesSignals((signals) => {
    const reused = Object.entries(signals).map(([name, values]: [string, Float32Array]) => {
      if (!(values instanceof Float32Array)) return [name, values];
      const array = arrays.get(name) ?? values.slice();
      arrays.set(name, array);
      array.set(values.subarray(0, array.length));
      return [name, array];
    });
    return Object.fromEntries(reused) as TokenSignals;
  });
}

/** A second forward pass takes the place of the first. */
const forgetsHeldPass: Change = {
  model(model) {
    let held: { release(): void } | undefined;
    return {
      async forward(batch, needs, options) {
        held?.release();
        const forward = await model.forward(batch, needs, options);
        held = forward;
        return forward;
      },
    };
  },
};

const acceptsAnyWeights: Change = {
  model: (model) => ({
    backward(forward, weights, coefficients) {
      const fitting = new Float32Array(forward.signals.length);
      fitting.set(weights.subarray(0, fitting.length));
      return model.backward(forward, fitting, coefficients);
    },
  }),
};

const disposesOnce: Change = {
  model(model) {
    let disposed = false;
    return {
      async dispose() {
        if (disposed) throw new Error('no such session');
        disposed = true;
        await model.dispose();
      },
    };
  },
};

/** Loads what is there and carries on where it does not fit. */
const loadsAnything: Change = {
  model: (model) => ({ loadState: (directory) => model.loadState(directory).catch(() => undefined) }),
};

const loadsHalf: Change = {
  model: (model) => ({
    async loadState(directory) {
      try {
        await model.loadState(directory);
      } catch (error) {
        await model.update({ ...decayOnly, weightDecay: 0.1 });
        throw error;
      }
    },
  }),
};

const decayOnly: UpdateOptions = {
  ...{ learningRate: 1, gradientScale: 1, maxGradientNorm: 1, weightDecay: 0 },
  ...{ beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
};

const refusesWithoutAName: Change = {
  model: (model) => ({
    loadState: (directory) =>
      model.loadState(directory).catch(() => {
        throw new Error('wrong state');
      }),
  }),
};

const progressAs = (change: (report: (tokens: number) => void) => (tokens: number) => void): Change => ({
  model: (model) => ({
    generate(prompts, options) {
      const { onProgress } = options;
      return model.generate(prompts, { ...options, ...(onProgress && { onProgress: change(onProgress) }) });
    },
  }),
});

/** What `until` has ended comes out otherwise. */
const changesEnded = (change: (generation: Generation) => Generation): Change => ({
  model: (model) => ({
    async generate(prompts, options) {
      const all = await model.generate(prompts, options);
      if (options.until === undefined) return all;
      return all.map((one) => (one.finishReason === 'stop' ? change(one) : one));
    },
  }),
});

type OnFinished = NonNullable<GenerateOptions['onFinished']>;

const finishedAs = (change: (report: OnFinished) => OnFinished): Change => ({
  model: (model) => ({
    generate(prompts, options) {
      const { onFinished } = options;
      return model.generate(prompts, { ...options, ...(onFinished && { onFinished: change(onFinished) }) });
    },
  }),
});

const ofFirstPrompt = (model: TrainableModel): TrainableModel['generate'] =>
  async function generate(prompts, options) {
    const width = prompts[0]?.length ?? 0;
    return model.generate(
      prompts.map((prompt) => prompt.subarray(Math.max(0, prompt.length - width))),
      options,
    );
  };

/** What is changed, what the check says of it, and the model that shows it; default `llama`. */
export type BrokenBackend = readonly [change: Change, message: RegExp, model?: TestModelName];

/** The reference backend with one thing broken, by the check that has to find it. */
export const brokenBackends: Readonly<Record<string, Readonly<Record<string, BrokenBackend>>>> = {
  description: {
    'counts parameters wrongly': [describedAs({ parameterCount: 1 }), /parameterCount is 1, expected \d+/],
    'has no end ids': [describedAs({ endIds: [] }), /endIds is \[\], expected \[2,7\]/],
    'claims an unknown signal': [describedAs({ signals: ['logProb', 'perplexity'] }), /signals has "perplexity"/],
    'claims a term twice': [describedAs({ distributionTerms: ['tempered', 'tempered'] }), /names something twice/],
    'does not claim logProb': [describedAs({ signals: ['entropy'] }), /has to include logProb/],
    'does not say what runs it': [describedAs({ runtime: '' }), /what runs the model/],
  },
  diagnosis: {
    'finds nothing': [{ diagnose: async () => [] }, /finds nothing that works/],
    'says nothing': [
      { diagnose: async () => [{ name: 'x', works: true, detail: '' }] },
      /needs a name, whether it works/,
    ],
  },
  memoryPlan: {
    'does not add up': [
      { model: () => ({ planMemory: async () => ({ parts: [{ name: 'a', bytes: 1000 }], total: 2000, notes: [] }) }) },
      /1000 bytes together, total says 2000/,
    ],
    'has a part of no size': [
      { model: () => ({ planMemory: async () => ({ parts: [{ name: 'a', bytes: NaN }], total: 0, notes: [] }) }) },
      /is no size/,
    ],
  },
  refusedModels: {
    'opens anything': [
      {
        open: async (directory, open) =>
          open(directory).catch(() => ({ dispose: async () => undefined }) as TrainableModel),
      },
      /a directory that is not there is accepted/,
    ],
    'throws something of its own': [
      {
        open: (directory, open) =>
          open(directory).catch(() => {
            throw new Error('config.json: cannot open');
          }),
      },
      /refused by Error, which is no InvalidModelError/,
    ],
    'does not say what is wrong': [
      {
        open: (directory, open) =>
          open(directory).catch((error: Error) => {
            throw Object.assign(error, { message: 'cannot open the model' });
          }),
      },
      /refused without naming config\.json/,
    ],
  },
  dispose: { 'can be called once': [disposesOnce, /dispose a second time throws: no such session/] },
  signals: {
    'entropy in bits': [
      givesSignals((signals) => ({ ...signals, entropy: signals.entropy?.map((nats) => nats / Math.LN2) })),
      /forward: entropy of token 0/,
    ],
    'ranks from 0': [
      givesSignals((signals) => ({ ...signals, rank: signals.rank?.map((rank) => rank - 1) })),
      /forward: rank of token 0/,
    ],
    'log p in F16': [
      givesSignals((signals) => ({ ...signals, logProb: signals.logProb.map((x) => Math.round(x * 512) / 512) })),
      /forward: logProb of token/,
    ],
    'K of its own': [
      {
        model: (model) => ({
          forward: (batch, needs, options) => model.forward(batch, needs, { ...options, topK: 20 }),
        }),
      },
      /forward: topEntropy of token/,
    ],
    'claims what it does not compute': [
      givesSignals((signals) => ({ ...signals, mass: undefined })),
      /"mass" was asked for and is missing/,
    ],
    'sequences from 0 in each row': [
      givesSignals((signals) => ({ ...signals, sequence: signals.sequence.map(() => 0) })),
      /signals\.sequence of token/,
    ],
  },
  requestedSignals: {
    'computes all': [
      {
        model: (model) => ({ score: (batch, _, options) => model.score(batch, [...modelSignalNames], options) }),
      },
      /asked for \[\], score returns logProb, entropy/,
    ],
  },
  score: {
    'scores otherwise': [
      {
        model: (model) => ({
          async score(batch, needs, options) {
            const signals = await model.score(batch, needs, options);
            return { ...signals, logProb: signals.logProb.map((value) => value + 1e-3) };
          },
        }),
      },
      /score and forward differ: logProb of token 0/,
    ],
    'uses its arrays again': [reusesSignals(), /changes with the next batch/],
    'changes the batch': [
      seesBatch((batch) => {
        batch.segments[batch.segments.length - 1] = 9;
        return batch;
      }),
      /batch that a pass is given is changed/,
    ],
  },
  layouts: {
    'no segments': [
      seesBatch((batch) => ({ ...batch, segments: batch.segments.map((segment) => Math.min(1, segment)) })),
      /packed in one row is not the same as alone/,
    ],
    'positions by column': [
      seesBatch((batch) => ({ ...batch, positions: batch.positions.map((_, index) => index % batch.columns) })),
      /packed in one row is not the same as alone/,
      // A rotation by the same angle more for queries and keys changes no score.
      'gpt2',
    ],
    'depends on the columns': [logProbOff(({ columns }) => 1e-3 * columns), /is not the same as alone/],
    'depends on the row': [
      logProbOff(({ columns, scored }, token) => 1e-3 * Math.floor(scored.source[token] / columns)),
      /a sequence of 9 tokens padded is not the same as alone/,
    ],
  },
  causality: {
    'sees the last token': [
      logProbOff(({ tokens, columns, scored }, token) => {
        const row = Math.floor(scored.source[token] / columns);
        return 1e-4 * tokens[(row + 1) * columns - 1];
      }),
      /depends on what comes behind it/,
    ],
  },
  fewScoredTokens: {
    'cannot score nothing': [
      seesBatch((batch) => {
        if (batch.scored.length === 0) throw new Error('a tensor has no rows');
        return batch;
      }),
      /a tensor has no rows/,
    ],
    'one signal too many': [
      givesSignals((signals) => (signals.length === 0 ? { ...signals, logProb: new Float32Array(1) } : signals)),
      /has signals of 1 tokens/,
    ],
    'depends on how many are scored': [
      logProbOff(({ scored }) => 1e-3 * scored.length),
      /changes when fewer tokens are scored/,
    ],
  },
  gradients: {
    'weights squared': [takesWeights((weights) => weights.map((weight) => weight ** 2)), /gradients of .* differ by/],
    'no weights': [takesWeights((weights) => weights.map(() => 1)), /gradients of .* differ by/],
    'the last token lost': [
      takesWeights((weights) => weights.map((weight, token) => (token === weights.length - 1 ? 0 : weight))),
      /gradients of .* differ by/,
    ],
    'the other sign': [takesWeights((weights) => weights.map((weight) => -weight)), /gradients of .* differ by/],
    'the weights it is given': [
      takesWeights((weights) => {
        const own = weights.slice();
        weights.fill(0);
        return own;
      }),
      /weight \d+ after backward/,
    ],
  },
  linearity: {
    'weights cut at 1': [
      takesWeights((weights) => weights.map((weight) => Math.min(1, weight))),
      /not linear in the weights/,
    ],
  },
  zeroWeights: {
    'trains on all a little': [
      takesWeights((weights) => weights.map((weight) => weight + 1e-6)),
      /weights of 0 leave a gradient of norm/,
    ],
  },
  singleTokens: {
    'leaks to the neighbour': [
      takesWeights((weights) => weights.map((weight, token) => weight + 0.1 * (weights[token - 1] ?? 0))),
      /of token \d+ alone/,
    ],
  },
  accumulation: {
    'the last micro-batch only': [
      {
        model: (model) => ({
          backward(forward, weights, coefficients) {
            model.clearGradients();
            return model.backward(forward, weights, coefficients);
          },
        }),
      },
      /do not add up to those of one batch/,
    ],
    'lost by generating': [
      {
        model: (model) => ({
          generate(prompts, options) {
            model.clearGradients();
            return model.generate(prompts, options);
          },
        }),
      },
      /do not add up to those of one batch/,
    ],
  },
  clearing: {
    'clears nothing': [{ model: () => ({ clearGradients: () => undefined }) }, /clearGradients leaves a gradient/],
    'keeps the gradient after a step': [repeatsLastPass('update'), /update leaves a gradient of norm/],
  },
  heldForward: {
    'drops the held pass': [forgetsHeldPass, /a second forward pass while one is held is accepted/],
    'takes too few weights': [acceptsAnyWeights, /a weight too few is accepted/],
  },
  update: {
    'no momentum': [takesOptions((options) => ({ ...options, beta1: 0 })), /changes after AdamW step 2/],
    'β exchanged': [
      takesOptions((options) => ({ ...options, beta1: options.beta2, beta2: options.beta1 })),
      /AdamW step 2/,
    ],
    'ε of its own': [takesOptions((options) => ({ ...options, epsilon: 1e-8 })), /AdamW step 1/],
    'no weight decay': [takesOptions((options) => ({ ...options, weightDecay: 0 })), /AdamW step 1/],
    'the first learning rate': [
      takesOptions((options) => ({ ...options, learningRate: 0.02 })),
      /changes after AdamW step 2/,
    ],
    'no scale': [takesOptions((options) => ({ ...options, gradientScale: 1 })), /gradientNorm of step 1/],
  },
  clipping: {
    'no clipping': [takesOptions((options) => ({ ...options, maxGradientNorm: Infinity })), /length of the step/],
    'before the scale': [
      takesOptions((options) => ({ ...options, maxGradientNorm: options.maxGradientNorm * options.gradientScale })),
      /length of the step over what it has to be, with gradientScale 0\.5 and maxGradientNorm 0\.1/,
    ],
    'reports the clipped norm': [
      {
        model: (model) => ({
          async update(options) {
            const { gradientNorm } = await model.update(options);
            return { gradientNorm: Math.min(gradientNorm, options.maxGradientNorm) };
          },
        }),
      },
      /gradientNorm over that of the plain gradient/,
    ],
    'reports the unscaled norm': [
      {
        model: (model) => ({
          async update(options) {
            const { gradientNorm } = await model.update(options);
            return { gradientNorm: gradientNorm / options.gradientScale };
          },
        }),
      },
      /gradientNorm over that of the plain gradient/,
    ],
  },
  weightDecay: {
    'of norms': [decaysNorms, /of .*norm\.weight after a step of weight decay/],
    'of nothing': [
      takesOptions((options) => ({ ...options, weightDecay: 0 })),
      /embed_tokens\.weight after a step of weight decay/,
    ],
    'without the learning rate': [
      takesOptions((options) => ({ ...options, weightDecay: options.weightDecay / (options.learningRate || 1) })),
      /embed_tokens\.weight after a step of weight decay/,
    ],
  },
  zeroLearningRate: {
    'a least one': [
      takesOptions((options) => ({ ...options, learningRate: Math.max(1e-4, options.learningRate) })),
      /a learning rate of 0 changes/,
    ],
  },
  nonFiniteGradient: {
    'is hidden': [hidesBadGradients, /weights of Infinity have a gradientNorm of 0/],
    'counts as a step': [countsBadSteps, /changes the steps after it/],
    'is a step': [
      {
        model: (model) => ({
          async update(options) {
            const result = await model.update(options);
            if (!Number.isFinite(result.gradientNorm)) await model.update({ ...decayOnly, weightDecay: 0.1 });
            return result;
          },
        }),
      },
      /a gradient that is not finite changes model/,
    ],
  },
  distributions: {
    'from the first token': [
      {
        model: (model) => ({
          async distributions(batch) {
            const all = await model.distributions(batch);
            return { logProbs: (_, count) => all.logProbs(0, count), release: () => all.release() };
          },
        }),
      },
      /logProbs\(16, 2\): id 0 of token 16/,
    ],
    'not logarithms': [
      {
        model: (model) => ({
          async distributions(batch) {
            const all = await model.distributions(batch);
            return {
              logProbs: async (first, count) => (await all.logProbs(first, count)).map(Math.exp),
              release: () => all.release(),
            };
          },
        }),
      },
      /logProbs\(0, 18\): id 0 of token 0/,
    ],
  },
  temperedTerm: {
    'temperature 1': [
      {
        model: (model) => ({
          forward: (batch, needs, options) =>
            model.forward(batch, needs, {
              ...options,
              ...(options?.distribution && { distribution: { towards: 'tempered' } }),
            }),
        }),
      },
      /"tempered": crossEntropy of token/,
    ],
    'no coefficients': [
      { model: (model) => ({ backward: (forward, weights) => model.backward(forward, weights) }) },
      /"tempered": gradients of .* differ/,
    ],
  },
  referenceTerm: {
    'towards itself': [
      {
        model: (model) => ({
          forward: (batch, needs, options) =>
            model.forward(batch, needs, {
              ...options,
              ...(options?.distribution && { distribution: { towards: 'tempered' } }),
            }),
        }),
      },
      /"reference": crossEntropy of token/,
    ],
    'without a reference': [
      {
        model: (model) => ({
          forward: (batch, needs, options) =>
            options?.distribution !== undefined && options.reference === undefined
              ? model.forward(batch, needs)
              : model.forward(batch, needs, options),
        }),
      },
      /a reference that is not given is accepted/,
    ],
  },
  greedy: {
    draws: [generatesBy((prompts, options) => [prompts, { ...options, temperature: 1 }]), /the most probable one is/],
    'forgets the prompt': [
      generatesBy((prompts, options) => [prompts.map((prompt) => prompt.subarray(0, 1)), options]),
      /greedy token \d behind a prompt of \d+ is/,
    ],
  },
  batchedGeneration: {
    'in another order': [
      {
        model: (model) => ({
          async generate(prompts, options) {
            const order = [...prompts.keys()].sort((a, b) => prompts[a].length - prompts[b].length);
            return model.generate(
              order.map((index) => prompts[index]),
              options,
            );
          },
        }),
      },
      /prompt \d+ of 21 is continued by/,
    ],
    'prompts cut to the first': [{ model: (model) => ({ generate: ofFirstPrompt(model) }) }, /together with others/],
    'a result too few': [generations((all) => all.slice(0, 20)), /20 results for 21 prompts/],
  },
  sampling: {
    'no temperature': [
      generatesBy((prompts, options) => [prompts, { ...options, temperature: options.temperature === 0 ? 0 : 1 }]),
      /with temperature 0\.4 and topK 5, the frequencies/,
    ],
    'no topK': [
      generatesBy((prompts, options) => [prompts, { ...options, topK: 0 }]),
      /with temperature 1 and topK 5, \d+ is drawn/,
    ],
    'no topP': [
      generatesBy((prompts, options) => [prompts, { ...options, topP: 1 }]),
      /with topP 0\.\d+, \d+ is drawn/,
    ],
    'the temperature after the cut': [
      generatesBy((prompts, options) => [prompts, { ...options, topP: options.topP && options.topP / 2 }]),
      /with topP/,
    ],
    'always greedy': [
      generatesBy((prompts, options) => [prompts, { ...options, temperature: 0 }]),
      /the frequencies of/,
    ],
  },
  minP: {
    none: [
      generatesBy((prompts, options) => [prompts, { ...options, minP: 0 }]),
      /with temperature 1 and minP 0\.\d+, \d+ is drawn/,
    ],
    'before the temperature': [
      generatesBy((prompts, options) => [
        prompts,
        { ...options, minP: options.minP && options.minP ** (1 / (options.temperature ?? 1)) },
      ]),
      /with temperature 2 and minP 0\.\d+/,
    ],
  },
  repetitionPenalty: {
    none: [
      generatesBy((prompts, options) => [prompts, { ...options, repetitionPenalty: 1 }]),
      /with a repetitionPenalty of 1\.6, greedy token \d+/,
    ],
    'a bonus': [
      generatesBy((prompts, options) => [
        prompts,
        { ...options, repetitionPenalty: options.repetitionPenalty && 1 / options.repetitionPenalty },
      ]),
      /with a repetitionPenalty of 1\.6, greedy token \d+/,
    ],
    'not of the prompt': [
      {
        model: (model) => ({
          // The text so far is lost to the penalty with every token.
          async generate(prompts, options) {
            const one = async (prompt: Int32Array): Promise<Generation> => {
              const whole = await model.generate([prompt], { ...options, repetitionPenalty: 1, maxTokens: 1 });
              const first = whole[0].tokens;
              const rest = await model.generate([Int32Array.of(...prompt, ...first)], {
                ...options,
                maxTokens: options.maxTokens - 1,
              });
              return { tokens: Int32Array.of(...first, ...rest[0].tokens), finishReason: rest[0].finishReason };
            };
            return Promise.all(prompts.map(one));
          },
        }),
      },
      /with a repetitionPenalty of 1\.6, greedy token 0/,
    ],
  },
  promptSeeds: {
    'one for all': [
      generatesBy((prompts, options) => [
        prompts,
        { ...options, ...(options.seeds && { seeds: options.seeds.map(() => 0) }) },
      ]),
      /with other seeds, the same prompt has the same text/,
    ],
    'by place': [
      generatesBy((prompts, options) => [
        prompts,
        { ...options, ...(options.seeds && { seeds: options.seeds.map((seed, place) => seed + 100 * place) }) },
      ]),
      /with seed \d+, a prompt is continued by .* in one place, by/,
    ],
    'any number of them': [
      generatesBy((prompts, options) => [
        prompts,
        { ...options, ...(options.seeds && { seeds: prompts.map((_, place) => options.seeds?.[place] ?? 0) }) },
      ]),
      /seeds for other prompts is accepted/,
    ],
  },
  seeds: {
    'one seed': [
      generatesBy((prompts, options) => [prompts, { ...options, seed: 0 }]),
      /other seeds give the same texts/,
    ],
    'no seed': [
      generatesBy((prompts, options) => [prompts, { ...options, seed: Math.floor(1e9 * Math.random()) }]),
      /equal seeds give different texts/,
    ],
  },
  lengths: {
    'one more': [
      generatesBy((prompts, options) => [prompts, { ...options, maxTokens: options.maxTokens + 1 }]),
      /with maxTokens 1/,
    ],
    'says stop': [
      generations((all) => all.map(({ tokens }) => ({ tokens, finishReason: 'stop' }))),
      /with maxTokens 1 it generates \[\d+\] \(stop\)/,
    ],
    'stops before the positions end': [
      generations((all) =>
        all.map((one) => (one.tokens.length === 4 ? { ...one, tokens: one.tokens.slice(0, 2) } : one)),
      ),
      /with maxTokens 4|behind a prompt of 45/,
    ],
  },
  endIds: {
    never: [generatesBy((prompts, options) => [prompts, { ...options, endIds: [] }]), /with endIds of \d+, prompt 0/],
    'only those given': [
      generatesBy((prompts, options) => [prompts, { ...options, endIds: options.endIds ?? [] }]),
      /with generation_config\.json/,
    ],
    'its own always': [
      {
        model: (model) => ({
          generate(prompts, options) {
            const endIds = [...(options.endIds ?? []), ...model.description.endIds];
            return model.generate(prompts, { ...options, endIds });
          },
        }),
      },
      /with no endIds in place of the model’s own/,
    ],
    'keeps the end token': [
      {
        model: (model) => ({
          async generate(prompts, options) {
            const all = await model.generate(prompts, options);
            return all.map(({ tokens, finishReason }) => ({
              tokens: finishReason === 'stop' ? Int32Array.of(...tokens, options.endIds?.[0] ?? 2) : tokens,
              finishReason,
            }));
          },
        }),
      },
      /with endIds of \d+, prompt 0/,
    ],
  },
  refusedPrompts: {
    'begins by itself': [
      generatesBy((prompts, options) => [
        prompts.map((prompt) => (prompt.length === 0 ? Int32Array.of(1) : prompt)),
        options,
      ]),
      /an empty prompt is accepted/,
    ],
    'cuts long prompts': [
      generatesBy((prompts, options) => [prompts.map((prompt) => prompt.subarray(0, 40)), options]),
      /a prompt longer than the positions is accepted/,
    ],
  },
  until: {
    never: [
      generatesBy((prompts, options) => [prompts, { ...options, ...(options.until && { until: () => false }) }]),
      /with until, prompt \d+ is continued by/,
    ],
    'without the last token': [
      changesEnded((generation) => ({ ...generation, tokens: generation.tokens.slice(0, -1) })),
      /with until, prompt \d+ is continued by/,
    ],
    'says length': [
      changesEnded((generation) => ({ ...generation, finishReason: 'length' })),
      /with until, prompt \d+ is continued by/,
    ],
    'asks of another prompt': [
      generatesBy((prompts, options) => {
        const { until } = options;
        return [prompts, { ...options, ...(until && { until: (prompt, token) => until(prompt ^ 1, token) }) }];
      }),
      /with until, prompt \d+ is continued by|until is asked/,
    ],
    'asks on': [
      generatesBy((prompts, options) => {
        const { until } = options;
        return [
          prompts,
          {
            ...options,
            ...(until && {
              until(prompt: number, token: number) {
                const ended = until(prompt, token);
                if (ended) until(prompt, token);
                return ended;
              },
            }),
          },
        ];
      }),
      /until is asked of prompt \d+ behind its end/,
    ],
  },
  finishedPrompts: {
    never: [finishedAs(() => () => undefined), /prompt 0 is not reported as finished/],
    twice: [
      finishedAs((report) => (prompt, generation) => {
        report(prompt, generation);
        report(prompt, generation);
      }),
      /prompt \d+ is reported as finished twice/,
    ],
    'with other tokens': [
      finishedAs(
        (report) =>
          (prompt, { finishReason }) =>
            report(prompt, { tokens: Int32Array.of(1), finishReason }),
      ),
      /prompt 0 is reported as \[1\]/,
    ],
    'when all are': [
      {
        model: (model) => ({
          async generate(prompts, { onFinished, ...options }) {
            const all = await model.generate(prompts, options);
            all.forEach((generation, prompt) => onFinished?.(prompt, generation));
            return all;
          },
        }),
      },
      /no prompt is reported as finished before the last token of all/,
    ],
  },
  generationProgress: {
    none: [progressAs(() => () => undefined), /progress ends at nothing/],
    'of each step': [
      progressAs((report) => {
        let before = 0;
        return (tokens) => {
          report(tokens - before);
          before = tokens;
        };
      }),
      /progress falls from|progress ends at/,
    ],
    'not to the end': [progressAs((report) => (tokens) => report(Math.min(tokens, 50))), /ends at 50, but 105 tokens/],
  },
  save: {
    'in F16': [{ options: { saveDtype: 'F16' } }, /saved with another .*; the checks need F32/],
    'as it was opened': [
      changesSaved(async (directory, opened) =>
        cp(join(opened, 'model.safetensors'), join(directory, 'model.safetensors')),
      ),
      /saved and opened again: logProb of token/,
    ],
  },
  savedConfig: {
    'drops a key': [
      changesSaved(async (directory) => {
        const path = join(directory, 'config.json');
        const { rope_theta: _, ...rest } = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
        await writeFile(path, JSON.stringify(rest));
      }),
      /save changes "rope_theta" of config\.json from 10000 to undefined/,
    ],
    'no generation_config.json': [
      changesSaved((directory) => rm(join(directory, 'generation_config.json'))),
      /writes no generation_config\.json/,
    ],
  },
  state: {
    'forgets a moment': [
      changesState((directory) =>
        rewriteTensors(directory, 'moments.safetensors', (name, value) =>
          name.startsWith('second_moment') ? 0 : value,
        ),
      ),
      /resumed and unbroken differ/,
    ],
    'forgets the step count': [
      changesState((directory) => writeFile(join(directory, 'optimizer.json'), '{"step":0}')),
      /resumed and unbroken differ/,
    ],
    'rounds the weights': [
      changesState((directory) => rewriteTensors(directory, 'weights.safetensors', (_, value) => Math.fround(value))),
      /resumed and unbroken differ: gradientNorm of step 1 after it/,
    ],
    'keeps a gradient': [repeatsLastPass('loadState'), /resumed and unbroken differ: gradientNorm of step 1 after it/],
  },
  foreignState: {
    'loads anything': [loadsAnything, /the state of another model is accepted/],
    'loads half of it': [loadsHalf, /a state that is refused changes/],
    'does not say which': [refusesWithoutAName, /is refused without its place: wrong state/],
  },
};
