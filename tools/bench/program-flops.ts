import { evaluateDimension, type Program } from '@profit-sft/graph';
import { AttentionBlocks, type AttentionBlock } from '@profit-sft/backend-onnxruntime';
import type { TokenBatch } from '@profit-sft/core';
import { headPrograms, layerParts, type ModelConfig } from '@profit-sft/models';

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
  readonly batch: TokenBatch;
  /** Scored tokens that have a weight: the head's backward pass is computed for them. */
  readonly kept: number;
  /** The engine's budget for kept matrix products. */
  readonly activationMemoryBytes: number;
}

/** What the engine executes in one training step, recomputation included. */
export function stepFlops(config: ModelConfig, { batch, kept, activationMemoryBytes }: StepShape): number {
  const { programs, kept: finishKept } = layerParts(config);
  const head = headPrograms(config);
  const tokens = batch.rows * batch.columns;
  const scored = batch.scored.length;
  const blocks = new AttentionBlocks(batch, config.attentionHeads);
  const ofTokens = (program: Program): number => programFlops(program, { tokens, rows: scored });
  const ofBlocks = (program: Program, chosen: readonly AttentionBlock[]): number =>
    chosen.reduce((sum, { rows, queries, keys }) => sum + programFlops(program, { rows, queries, keys }), 0);

  const projectedWidth = 2 * (config.attentionHeads + config.keyValueHeads) * config.headSize;
  const finishedWidth = finishKept.reduce((sum, { width }) => sum + width, 0);
  const bytes = 4 * tokens * (config.layers * projectedWidth + (config.layers - 1) * finishedWidth);
  const keeping = bytes <= activationMemoryBytes;
  let flops =
    programFlops(head.signals({ signals: [], topK: 1 }), { rows: scored }) +
    programFlops(head.gradient({ fromLogProbs: true }), { rows: kept });
  for (let layer = 0; layer < config.layers; layer++) {
    const last = layer === config.layers - 1;
    // Which tokens have a weight is not known here, so the last layer's blocks are those with a scored token, both ways.
    const chosen = last ? blocks.holding(batch.scored.source) : blocks.all;
    const attended = ofTokens(programs.project) + ofBlocks(programs.attend, chosen);
    flops += attended * (keeping ? 1 : 2);
    flops += ofBlocks(programs.attendBackward, chosen) + ofTokens(programs.projectBackward);
    if (last) {
      flops += programFlops(programs.lastFinish, { tokens, rows: scored });
      flops += programFlops(programs.lastFinishBackward, { tokens, rows: kept });
    } else {
      flops += ofTokens(programs.finish);
      flops += ofTokens(keeping ? programs.finishBackwardKeeping : programs.finishBackward);
    }
  }
  return flops;
}
