import { add, differentiate, type Graph, type Tensor } from '@profit-sft/graph';
import type { DecoderShape } from './decoder-shape.js';
import { normalise } from './norm.js';

type Named = Readonly<Record<string, Tensor>>;

/** The norm before the output head, in programs that take its parameters as `norm` and, for layer norm, `normBias`. */
export interface FinalNorm {
  /** `norm` and `normBias` [hiddenSize] */
  readonly parameters: Named;
  /** The sums of gradients so far: `gradient:norm`, `gradient:normBias`; none where the norm is frozen */
  readonly sums: Named;
  /** [rows, hiddenSize] */
  readonly normed: Tensor;
  /** From the gradient of `normed` → `hiddenGradient`, and the new sums `newGradient:norm`, `newGradient:normBias` */
  gradients(pull: Tensor): Named & { readonly hiddenGradient: Tensor };
}

export function finalNorm(graph: Graph, shape: DecoderShape, hidden: Tensor): FinalNorm {
  const vector = (): Tensor => graph.input('float', [shape.hiddenSize]);
  const norm = vector();
  const parameters: Named = shape.norm === 'layer' ? { norm, normBias: vector() } : { norm };
  const trained = shape.adapters === undefined ? Object.keys(parameters) : [];
  const sums = Object.fromEntries(trained.map((name) => [`gradient:${name}`, vector()]));
  const normed = normalise(shape, hidden, norm, parameters.normBias);
  return {
    parameters,
    sums,
    normed,
    gradients(pull) {
      const [hiddenGradient, ...own] = differentiate(
        [[normed, pull]],
        [hidden, ...trained.map((name) => parameters[name])],
      );
      const newSums = trained.map((name, i) => [`newGradient:${name}`, add(own[i], sums[`gradient:${name}`])] as const);
      return { ...Object.fromEntries(newSums), hiddenGradient };
    },
  };
}
