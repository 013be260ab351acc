import type { DecoderShape } from '../architecture/decoder-shape.js';
import { layerParameters, type ParameterSpecification } from '../checkpoint/expected-parameters.js';
import { parameterLayout } from '../checkpoint/parameter-layout.js';

/**
 * Low-rank adapters of a decoder's linear maps (LoRA, arXiv 2106.09685): a target's map x Wᵀ becomes x Wᵀ + scale · (x ∘ m) Aᵀ Bᵀ with
 * A [rank, in], B [out, rank] and dropout's mask m. Everything else is frozen.
 */
export interface LayerAdapters {
  readonly rank: number;
  /** alpha / rank; rank-stabilised (rsLoRA, arXiv 2312.03732): alpha / √rank. */
  readonly scale: number;
  /** Linear maps by their name within the layer, e.g. `self_attn.q_proj`, in the layer's order; the same in every layer. */
  readonly targets: readonly string[];
  /** Probability that dropout's mask is 0 at an element of x; elsewhere it is 1 / (1 − dropout). At 0 there is no mask. */
  readonly dropout: number;
  /** Of dropout's masks. */
  readonly seed: number;
}

/** Names within a layer of what an adapter adds to a map: parameters, and the input of a mask. */
export const adapterNames = (target: string) =>
  ({ down: `${target}.lora_A.weight`, up: `${target}.lora_B.weight`, mask: `${target}.dropout_mask` }) as const;

/** The map that a parameter of an adapter belongs to; `undefined` for parameters of the base. */
export function adaptedMap(parameter: string): string | undefined {
  return /^(.+)\.lora_[AB]\.weight$/.exec(parameter)?.[1];
}

/** A linear map of a layer. */
export interface LinearMap {
  /** Within the layer, e.g. `self_attn.q_proj`. */
  readonly name: string;
  readonly input: number;
  readonly output: number;
}

/** The linear maps of one layer, in order: what adapters can be added to. */
export function linearMaps(shape: DecoderShape): LinearMap[] {
  const layout = parameterLayout(shape);
  const prefix = `${layout.layers}0.`;
  return layerParameters(shape, 0)
    .filter(({ kind }) => kind === 'linear')
    .map(({ name, shape: [rows, columns] }) => {
      const [output, input] = layout.linear === 'output, input' ? [rows, columns] : [columns, rows];
      return { name: name.slice(prefix.length, -'.weight'.length), input, output };
    });
}

/** The targets with their sizes. */
export function adaptedMaps(shape: DecoderShape): LinearMap[] {
  const targets = new Set(shape.adapters?.targets);
  return linearMaps(shape).filter(({ name }) => targets.has(name));
}

/** Every adapter's A and B, layer by layer; none for a shape without adapters. */
export function adapterParameters(shape: DecoderShape & { readonly layers: number }): ParameterSpecification[] {
  const { adapters } = shape;
  if (adapters === undefined) return [];
  const { layers: prefix } = parameterLayout(shape);
  const maps = adaptedMaps(shape);
  return Array.from({ length: shape.layers }, (_, layer) =>
    maps.flatMap(({ name, input, output }): ParameterSpecification[] => {
      const { down, up } = adapterNames(`${prefix}${layer}.${name}`);
      return [
        { name: down, shape: [adapters.rank, input], kind: 'linear', layer },
        { name: up, shape: [output, adapters.rank], kind: 'linear', layer },
      ];
    }),
  ).flat();
}
