import { firstKeptLayer } from '@profit-sft/engine';
import { layerParts, type AdaptedConfig } from '@profit-sft/models';

/** Widths of the values of a layer's attention, in numbers for each token. */
export function projectionWidths(
  config: Pick<AdaptedConfig, 'attentionHeads' | 'keyValueHeads' | 'headSize'>,
): Readonly<Record<'queries' | 'keys' | 'values' | 'context', number>> {
  const queries = config.attentionHeads * config.headSize;
  const keys = config.keyValueHeads * config.headSize;
  return { queries, keys, values: keys, context: queries };
}

const finishedWidths = new WeakMap<AdaptedConfig, number>();

/** Numbers that a token's finished layer keeps; found once, since it takes building the layer's programs. */
function finishedWidth(config: AdaptedConfig): number {
  let width = finishedWidths.get(config);
  if (width === undefined) {
    width = layerParts(config).kept.reduce((sum, part) => sum + part.width, 0);
    finishedWidths.set(config, width);
  }
  return width;
}

/** Bytes that a layer's products take when they are kept for its backward pass. */
export function keptProductBytes(config: AdaptedConfig, tokens: number, last: boolean): number {
  const projected = Object.values(projectionWidths(config)).reduce((sum, width) => sum + width, 0);
  const finished = last ? 0 : finishedWidth(config);
  return 4 * tokens * (projected + finished);
}

/** Bytes of the products that a batch's layers keep within a budget. */
export function keptProducts(config: AdaptedConfig, tokens: number, budget: number): { first: number; bytes: number } {
  const { layers } = config;
  const bytesOf = (index: number): number => keptProductBytes(config, tokens, index === layers - 1);
  const first = firstKeptLayer(layers, bytesOf, budget);
  let bytes = 0;
  for (let index = first; index < layers; index++) bytes += bytesOf(index);
  return { first, bytes };
}
