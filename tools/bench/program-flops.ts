import { evaluateDimension, type Program } from '@profit-sft/graph';
import { headPrograms, layerPrograms, type LayerPrograms, type ModelConfig } from '@profit-sft/models';

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

/** Bytes of the matrix products that all layers keep for their backward passes, for this many tokens. */
export function keptProductBytes(config: ModelConfig, tokens: number): number {
  const { kept, lastKept } = layerPrograms(config);
  const width = (values: typeof kept): number => values.reduce((sum, value) => sum + value.width, 0);
  return 4 * tokens * ((config.layers - 1) * width(kept) + width(lastKept));
}

/** What the engine runs in one training step. */
export function stepPrograms(config: ModelConfig, step: StepShape): ProgramRun[] {
  const { programs } = layerPrograms(config);
  const head = headPrograms(config);
  const keeping = keptProductBytes(config, step.batch * step.sequence) <= step.activationMemoryBytes;
  const fromLogProbs = 4 * step.scored * config.vocabularySize <= step.headMemoryBytes;
  const symbols = { batch: step.batch, sequence: step.sequence };
  const scored = { ...symbols, rows: step.scored };
  const kept = { ...symbols, rows: step.kept, chunk: step.scored };
  const layer = (name: keyof LayerPrograms, times: number, sizes: ProgramRun['symbols']): ProgramRun => ({
    program: programs[name],
    times,
    symbols: sizes,
  });
  const below = config.layers - 1;
  return [
    layer(keeping ? 'forwardKeeping' : 'forward', below, symbols),
    layer(keeping ? 'lastForwardKeeping' : 'lastForward', 1, scored),
    { program: head.signals({ signals: [], topK: 1 }), times: 1, symbols: scored },
    { program: head.gradient({ fromLogProbs }), times: 1, symbols: kept },
    layer(keeping ? 'lastBackwardKeeping' : 'lastBackward', 1, kept),
    layer(keeping ? 'backwardKeeping' : 'backward', below, symbols),
  ];
}

/** What the engine executes in one training step, recomputation included. */
export function stepFlops(config: ModelConfig, step: StepShape): number {
  return stepPrograms(config, step).reduce(
    (sum, { program, times, symbols }) => sum + times * programFlops(program, symbols),
    0,
  );
}
