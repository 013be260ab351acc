import { evaluateDimension, type Program } from '@profit-sft/graph';
import { headPrograms, layerPrograms, type ModelConfig } from '@profit-sft/models';

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
}

/** What the engine executes in one training step, recomputation included. */
export function stepFlops(config: ModelConfig, step: StepShape): number {
  const { programs, kept, lastKept } = layerPrograms(config);
  const head = headPrograms(config);
  const symbols = { batch: step.batch, sequence: step.sequence };
  let flops =
    programFlops(head.signals({ signals: [], topK: 1 }), { rows: step.scored }) +
    programFlops(head.gradient({ fromLogProbs: true }), { rows: step.kept, chunk: step.scored });
  const width = (values: typeof kept): number => values.reduce((sum, value) => sum + value.width, 0);
  const bytes = 4 * step.batch * step.sequence * ((config.layers - 1) * width(kept) + width(lastKept));
  const keeping = bytes <= step.activationMemoryBytes;
  for (let layer = 0; layer < config.layers; layer++) {
    const last = layer === config.layers - 1;
    const [forward, backward] = last
      ? keeping
        ? [programs.lastForwardKeeping, programs.lastBackwardKeeping]
        : [programs.lastForward, programs.lastBackward]
      : keeping
        ? [programs.forwardKeeping, programs.backwardKeeping]
        : [programs.forward, programs.backward];
    flops += programFlops(forward, { ...symbols, rows: step.scored });
    flops += programFlops(backward, { ...symbols, rows: step.kept });
  }
  return flops;
}
