import {
  AttentionBlocks,
  headSliceSize,
  keptProducts,
  passBudget,
  slicesOf,
  type AttentionBlock,
} from '@profit-sft/backend-onnxruntime';
import { evaluateDimension, type Program } from '@profit-sft/graph';
import { headSlicePrograms, layerParts, type LayerParts, type ModelConfig } from '@profit-sft/models';

/** Floating-point operations of a program's matrix products; everything else is not counted. */
export function programFlops(program: Program, symbols: Readonly<Record<string, number>>): number {
  const known = new Map(Object.entries(symbols));
  const shapes = new Map([...program.inputs, ...program.nodes].map(({ id, shape }) => [id, shape]));
  let flops = 0;
  for (const node of program.nodes) {
    if (node.operation !== 'matmul') continue;
    const left = shapes.get(node.inputs[0]) ?? [];
    const inner = left[node.attributes.transposeA === true ? left.length - 2 : left.length - 1];
    flops += 2 * [...node.shape, inner].reduce<number>((product, size) => product * evaluateDimension(size, known), 1);
  }
  return flops;
}

export interface StepShape {
  readonly batch: number;
  readonly sequence: number;
  /** Tokens whose head is computed forward. */
  readonly scored: number;
  /** Tokens whose head is computed backward. */
  readonly kept: number;
  /** The engine's budget for kept matrix products. */
  readonly activationMemoryBytes: number;
  /** The engine's budget for kept log-probabilities. */
  readonly headMemoryBytes: number;
}

/** One program that a step runs, how often, and for which sizes. */
export interface ProgramRun {
  readonly program: Program;
  readonly times: number;
  readonly symbols: Readonly<Record<string, number>>;
}

/** The blocks in which attention runs when every row is one sequence. */
export function attentionBlocks(config: ModelConfig, rows: number, columns: number): readonly AttentionBlock[] {
  const segments = new Int32Array(rows * columns).fill(1);
  return new AttentionBlocks({ rows, columns, segments }, config.attentionHeads).all;
}

/** What the engine runs in one training step whose rows all hold scored tokens and kept ones. */
export function stepPrograms(config: ModelConfig, step: StepShape): ProgramRun[] {
  const { programs } = layerParts(config);
  const head = headSlicePrograms(config);
  const tokens = step.batch * step.sequence;
  const budget = passBudget(config, { rows: step.batch, columns: step.sequence, scored: step.scored }, step);
  const { first } = keptProducts(config, tokens, budget.activationBytes);
  const keepsLogProbs = 4 * step.scored * config.vocabularySize <= budget.logProbBytes;
  const size = headSliceSize(budget.headChunkBytes);
  const blocks = attentionBlocks(config, step.batch, step.sequence);
  const part = (name: keyof LayerParts, times: number, symbols: ProgramRun['symbols'] = { tokens }): ProgramRun => ({
    program: programs[name],
    times,
    symbols,
  });
  const ofBlocks = (name: keyof LayerParts, times: number): ProgramRun[] =>
    blocks.map(({ rows, queries, keys }) => part(name, times, { rows, queries, keys }));
  const { layers } = config;
  const attended = layers + first;
  // The last layer, which keeps nothing behind its attention, is the last to be recomputed.
  const recomputed = Math.min(first, layers - 1);
  const keeping = layers - 1 - recomputed;
  return [
    part('project', attended),
    ...ofBlocks('attend', attended),
    part('finish', recomputed),
    part('finishKeeping', keeping),
    part('lastFinish', 1, { tokens, rows: step.scored }),
    { program: head.normed, times: 1, symbols: { rows: step.scored } },
    ...slicesOf(config.vocabularySize, step.scored, size).map(({ ids }) => ({
      program: keepsLogProbs ? head.forwardKeeping : head.forward,
      times: 1,
      symbols: { rows: step.scored, slice: ids },
    })),
    { program: head.normed, times: 1, symbols: { rows: step.kept } },
    ...slicesOf(config.vocabularySize, keepsLogProbs ? step.scored : step.kept, size).map(({ ids }) => ({
      program: keepsLogProbs ? head.backwardKeepingFirst : head.backwardFirst,
      times: 1,
      symbols: { rows: step.kept, slice: ids },
    })),
    { program: head.hiddenGradient, times: 1, symbols: { rows: step.kept } },
    part('lastFinishBackwardFirst', 1, { tokens, rows: step.kept }),
    part('finishBackwardFirst', recomputed),
    part('finishBackwardKeepingFirst', keeping),
    ...ofBlocks('attendBackward', layers),
    part('projectBackwardFirst', layers),
  ];
}

/** What the engine executes in one training step, recomputation included. */
export function stepFlops(config: ModelConfig, step: StepShape): number {
  return stepPrograms(config, step).reduce(
    (sum, { program, times, symbols }) => sum + times * programFlops(program, symbols),
    0,
  );
}
