import { keptProducts, Parameter } from '@profit-sft/backend-onnxruntime';
import type { Program } from '@profit-sft/graph';
import { headPrograms, headSlicePrograms, layerParts, layerPrograms } from '@profit-sft/models';
import { stepOf } from './measured-step.js';
import { neededMemory } from './needed-memory.js';
import { onnxOperators } from './onnx-operators.js';
import { stepFlops, stepPrograms } from './program-flops.js';
import { programTraffic } from './program-traffic.js';
import { randomBatch } from './random-model.js';
import { measuredShapes } from './shapes.js';

/**
 * Figures that are counted, not timed, so that they are the same on every machine; each is better smaller. `operators` says what
 * a program's `nodes` consist of.
 */
export interface CountedFigures {
  readonly figures: Readonly<Record<string, number>>;
  readonly operators?: Readonly<Record<string, number>>;
}

/** By what they are figures of: a step of a shape, or a program. */
export type CountedFigureSet = Readonly<Record<string, CountedFigures>>;

export function countedFigures(): CountedFigureSet {
  const sets: Record<string, CountedFigures> = { parameter: { figures: { 'bytes of state': bytesPerParameter() } } };
  for (const [name, shape] of Object.entries(measuredShapes)) {
    const { config, rows, columns } = shape;
    const scored = randomBatch(config, rows, columns).scored.length;
    for (const [rule, keptShare] of [
      ['sft', 1],
      ['profit 30 %', 0.3],
    ] as const) {
      const step = stepOf(shape, scored, Math.round(keptShare * scored));
      const traffic = stepPrograms(config, step).map((run) => run.times * programTraffic(run.program, run.symbols));
      sets[`${name}, step, ${rule}`] = {
        figures: {
          'floating-point operations of products': stepFlops(config, step),
          'bytes moved between products': traffic.reduce((sum, bytes) => sum + bytes, 0),
        },
      };
    }
    sets[`${name}, memory`] = {
      figures: {
        'bytes of one layer’s activations': neededMemory(config, rows, columns).layerActivations,
        'bytes of kept products': keptProducts(config, rows * columns, Infinity).bytes,
      },
    };
    const head = headPrograms(config);
    const slices = headSlicePrograms(config);
    const programs: Record<string, Program> = {
      ...layerParts(config).programs,
      prefill: layerPrograms(config).prefill,
      cached: layerPrograms(config).cached,
      'head signals': head.signals({ signals: [], topK: 1, logProbs: false }),
      'head logits': head.logits(),
      'head norm': slices.normed,
      'head slice': slices.forward,
      'head slice, keeping': slices.forwardKeeping,
      'head slice backward': slices.backward,
      'head slice backward, first': slices.backwardFirst,
      'head slice backward, kept': slices.backwardKeeping,
      'head slice backward, kept, first': slices.backwardKeepingFirst,
      'head norm gradient': slices.hiddenGradient,
    };
    for (const [programName, program] of Object.entries(programs)) {
      const operators = onnxOperators(program);
      const nodes = Object.values(operators).reduce((sum, count) => sum + count, 0);
      sets[`${name}, program ${programName}`] = { figures: { nodes }, operators };
    }
  }
  return sets;
}

/** What one number of a model takes in training, from the arrays that the engine makes for it. */
function bytesPerParameter(): number {
  const parameter = new Parameter('x', [8, 8], 'linear', new Float32Array(64));
  const { weight, gradient, firstMoment, secondMoment } = parameter;
  return [weight, gradient, firstMoment, secondMoment].reduce((sum, { byteLength }) => sum + byteLength, 0) / 64;
}
