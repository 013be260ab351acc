import {
  AttentionBlocks,
  headSliceSize,
  idsPerSlice,
  keptProducts,
  passBudget,
  type AttentionBlock,
} from '@profit-sft/backend-onnxruntime';
import { evaluateDimension, type Program } from '@profit-sft/graph';
import { headPrograms, headSlicePrograms, layerParts, type LayerParts, type ModelConfig } from '@profit-sft/models';

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

/** Slices of the vocabulary in the head's backward pass over so many tokens. */
function headSlices(
  { vocabularySize }: ModelConfig,
  rows: number,
  chunkBytes: number,
): { readonly slice: number; readonly times: number }[] {
  const slice = idsPerSlice(rows, vocabularySize, headSliceSize(chunkBytes));
  const rest = vocabularySize % slice;
  const whole = { slice, times: Math.floor(vocabularySize / slice) };
  return rest === 0 ? [whole] : [whole, { slice: rest, times: 1 }];
}

/** What the engine runs in one training step whose rows all hold scored tokens and kept ones. */
export function stepPrograms(config: ModelConfig, step: StepShape): ProgramRun[] {
  const { programs } = layerParts(config);
  const signals = headPrograms(config).signals({ signals: [], topK: 1, logProbs: false });
  const head = headSlicePrograms(config);
  const tokens = step.batch * step.sequence;
  const budget = passBudget(config, { rows: step.batch, columns: step.sequence, scored: step.scored }, step);
  const { first } = keptProducts(config, tokens, budget.activationBytes);
  const fromLogProbs = 4 * step.scored * config.vocabularySize <= budget.logProbBytes;
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
    { program: signals, times: 1, symbols: { rows: step.scored } },
    { program: head.normed, times: 1, symbols: { rows: step.kept } },
    ...headSlices(config, step.kept, budget.headChunkBytes).map(({ slice, times }) => ({
      program: fromLogProbs ? head.keptSlice : head.slice,
      times,
      symbols: { rows: step.kept, slice },
    })),
    { program: head.hiddenGradient, times: 1, symbols: { rows: step.kept } },
    part('lastFinishBackward', 1, { tokens, rows: step.kept }),
    part('finishBackward', recomputed),
    part('finishBackwardKeeping', keeping),
    ...ofBlocks('attendBackward', layers),
    part('projectBackward', layers),
  ];
}

/** What the engine executes in one training step, recomputation included. */
export function stepFlops(config: ModelConfig, step: StepShape): number {
  return stepPrograms(config, step).reduce(
    (sum, { program, times, symbols }) => sum + times * programFlops(program, symbols),
    0,
  );
}
