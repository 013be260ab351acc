import { add, differentiate, gatherRows, Graph, reshape, type Program, type Tensor } from '@profit-sft/graph';
import { adaptedMap } from '../adapter/layer-adapters.js';
import { parameterLayout } from '../checkpoint/parameter-layout.js';
import { attentionBlockPrograms, type AttentionBlockPrograms } from './attention-block.js';
import { dropoutMasks, layerParameters, trainedParameters } from './decoder-layer.js';
import type { DecoderShape } from './decoder-shape.js';
import { splitAndNormalise } from './query-key-norm.js';
import { afterAttention, projections } from './residual-branches.js';
import { rotate } from './rotary.js';

/**
 * A decoder layer for training, in three parts, so that attention can run in blocks of queries over the keys they see: no
 * matrix of all tokens by all tokens exists, and what the causal mask hides is not computed.
 *
 * Token-major values: `hidden` [tokens, hiddenSize], `queries` and `context` [tokens, attentionHeads·headSize], `keys` and
 * `values` [tokens, keyValueHeads·headSize], `cosine` and `signedSine` [tokens, headSize]. Parameters are named as within
 * the layer; for each there is `gradient:NAME`, the sum so far, and `newGradient:NAME`. Backward programs ending in `First` take no sums:
 * their gradients are the first of a step, which saves reading and clearing what is only zeros. Of an adapted layer only the adapters'
 * gradients are computed; with dropout, programs also take the masks of `dropoutMasks` [tokens, in], where they use them.
 */
export interface LayerParts extends AttentionBlockPrograms {
  /** hidden, tables → `queries`, `keys` (both rotated), `values` */
  readonly project: Program;
  /** hidden, tables, `queriesGradient`, `keysGradient`, `valuesGradient`, `residualGradient` [tokens, hiddenSize] → `hiddenGradient` */
  readonly projectBackward: Program;
  readonly projectBackwardFirst: Program;
  /** As `projectBackward`, where nothing below the layer is trained: without `residualGradient` and `hiddenGradient`. */
  readonly bottomProjectBackward: Program;
  readonly bottomProjectBackwardFirst: Program;
  /** hidden, context → `output` */
  readonly finish: Program;
  /** → `output` and each of `kept` */
  readonly finishKeeping: Program;
  /** hidden, context, `outputGradient` → `residualGradient`, `contextGradient` */
  readonly finishBackward: Program;
  readonly finishBackwardFirst: Program;
  /** As `finishBackward`, from `kept` values. */
  readonly finishBackwardKeeping: Program;
  readonly finishBackwardKeepingFirst: Program;
  /**
   * For the last layer: also take `rows` [rows], the tokens whose output is wanted; `output` and `outputGradient` are
   * [rows, hiddenSize]. Each token is computed by itself here, so the rest need not be.
   */
  readonly lastFinish: Program;
  readonly lastFinishBackward: Program;
  readonly lastFinishBackwardFirst: Program;
}

/** A value that `finishKeeping` hands to `finishBackwardKeeping`, [tokens, width]. */
export interface KeptPart {
  readonly name: string;
  readonly width: number;
}

export interface LayerPartSet {
  readonly programs: LayerParts;
  readonly kept: readonly KeptPart[];
}

type Named = Readonly<Record<string, Tensor>>;

interface Accumulated {
  readonly sums: Named;
  readonly newSums: Named;
  /** The gradients alone, by the names of the new sums. */
  readonly firstSums: Named;
}

/** The parameters that a part uses, with the inputs and outputs that accumulate their gradients. */
function accumulated(graph: Graph, parameters: Named, gradients: readonly Tensor[]): Accumulated {
  const sums: Record<string, Tensor> = {};
  const newSums: Record<string, Tensor> = {};
  const firstSums: Record<string, Tensor> = {};
  Object.entries(parameters).forEach(([name, parameter], index) => {
    const sum = graph.input('float', parameter.shape);
    sums[`gradient:${name}`] = sum;
    newSums[`newGradient:${name}`] = add(gradients[index], sum);
    firstSums[`newGradient:${name}`] = gradients[index];
  });
  return { sums, newSums, firstSums };
}

function parametersOf(graph: Graph, shape: DecoderShape, belongs: (name: string) => boolean): Named {
  return Object.fromEntries(Object.entries(layerParameters(graph, shape)).filter(([name]) => belongs(name)));
}

function masksOf(graph: Graph, shape: DecoderShape, belongs: (name: string) => boolean): Named {
  return Object.fromEntries(Object.entries(dropoutMasks(graph, shape, 'tokens')).filter(([name]) => belongs(name)));
}

/** Whether a parameter, or the mask of an adapter, is used before the attention. */
function ofProjection(shape: DecoderShape): (name: string) => boolean {
  const { attentionNorm, projections: maps, queryNorm, keyNorm } = parameterLayout(shape).layer;
  const owners = new Set([maps, queryNorm, keyNorm, shape.normPlacement === 'before' ? attentionNorm : []].flat());
  return (name) => owners.has(adaptedMap(name) ?? name.replace(/\.(weight|bias|dropout_mask)$/, ''));
}

function projectionPrograms(
  shape: DecoderShape,
): Pick<
  LayerParts,
  'project' | 'projectBackward' | 'projectBackwardFirst' | 'bottomProjectBackward' | 'bottomProjectBackwardFirst'
> {
  const graph = new Graph();
  const { hiddenSize, attentionHeads, keyValueHeads, headSize } = shape;
  const hidden = graph.input('float', ['tokens', hiddenSize]);
  const cosine = graph.input('float', ['tokens', headSize]);
  const signedSine = graph.input('float', ['tokens', headSize]);
  const parameters = parametersOf(graph, shape, ofProjection(shape));
  const trained = trainedParameters(shape, parameters);
  const masks = masksOf(graph, shape, ofProjection(shape));
  const names = parameterLayout(shape).layer;
  const projected = projections(shape, hidden, { ...parameters, ...masks });
  const table = (x: Tensor): Tensor => reshape(x, ['tokens', 1, headSize]);
  const positioned = (x: Tensor, heads: number, norm: Tensor | undefined): Tensor => {
    const split = splitAndNormalise(shape, x, norm, (whole) => reshape(whole, ['tokens', heads, headSize]));
    return reshape(shape.positions === 'rotary' ? rotate(split, table(cosine), table(signedSine)) : split, x.shape);
  };
  const queries = positioned(projected.queries, attentionHeads, parameters[`${names.queryNorm}.weight`]);
  const keys = positioned(projected.keys, keyValueHeads, parameters[`${names.keyNorm}.weight`]);
  const { values } = projected;

  const pulls = { queries, keys, values };
  const cotangents = Object.fromEntries(
    Object.entries(pulls).map(([name, value]) => [`${name}Gradient`, graph.input('float', value.shape)]),
  );
  const residualGradient = graph.input('float', hidden.shape);
  const [hiddenPull, ...gradients] = differentiate(
    Object.entries(pulls).map(([name, value]) => [value, cotangents[`${name}Gradient`]] as const),
    [hidden, ...Object.values(trained)],
  );
  const { sums, newSums, firstSums } = accumulated(graph, trained, gradients);
  const inputs = { hidden, cosine, signedSine, ...parameters, ...masks };
  const hiddenGradient = add(hiddenPull, residualGradient);
  const bottomInputs = { ...inputs, ...cotangents };
  const backwardInputs = { ...bottomInputs, residualGradient };
  return {
    project: graph.program('layer project', inputs, { queries, keys, values }),
    projectBackward: graph.program(
      'layer project backward',
      { ...backwardInputs, ...sums },
      { hiddenGradient, ...newSums },
    ),
    projectBackwardFirst: graph.program('layer project backward, first', backwardInputs, {
      hiddenGradient,
      ...firstSums,
    }),
    bottomProjectBackward: graph.program('bottom layer project backward', { ...bottomInputs, ...sums }, newSums),
    bottomProjectBackwardFirst: graph.program('bottom layer project backward, first', bottomInputs, firstSums),
  };
}

function finishPrograms(shape: DecoderShape, last: boolean) {
  const graph = new Graph();
  const hidden = graph.input('float', ['tokens', shape.hiddenSize]);
  const context = graph.input('float', ['tokens', shape.attentionHeads * shape.headSize]);
  const rows = graph.input('int', ['rows']);
  const choose = (x: Tensor): Tensor => (last ? gatherRows(x, rows) : x);
  const belongs = (name: string): boolean => !ofProjection(shape)(name);
  const parameters = parametersOf(graph, shape, belongs);
  const trained = trainedParameters(shape, parameters);
  const masks = masksOf(graph, shape, belongs);
  const chosenMasks = Object.fromEntries(Object.entries(masks).map(([name, mask]) => [name, choose(mask)]));
  const { output, products } = afterAttention(shape, choose(hidden), choose(context), {
    ...parameters,
    ...chosenMasks,
  });

  const outputGradient = graph.input('float', output.shape);
  const [residualGradient, contextGradient, ...gradients] = differentiate(
    [[output, outputGradient]],
    [hidden, context, ...Object.values(trained)],
  );
  const { sums, newSums, firstSums } = accumulated(graph, trained, gradients);
  const inputs = { hidden, context, ...(last ? { rows } : {}), ...parameters, ...masks };
  const backwardInputs = { ...inputs, outputGradient };
  const results = { residualGradient, contextGradient };
  const kept = Object.fromEntries(Object.entries(products).map(([name, value]) => [`kept:${name}`, value]));
  const title = last ? 'last layer finish' : 'layer finish';
  return {
    forward: graph.program(title, inputs, { output }),
    forwardKeeping: graph.program(`${title} keeping`, inputs, { output, ...kept }),
    backward: graph.program(`${title} backward`, { ...backwardInputs, ...sums }, { ...results, ...newSums }),
    backwardFirst: graph.program(`${title} backward, first`, backwardInputs, { ...results, ...firstSums }),
    backwardKeeping: graph.program(
      `${title} backward keeping`,
      { ...backwardInputs, ...sums, ...kept },
      { ...results, ...newSums },
    ),
    backwardKeepingFirst: graph.program(
      `${title} backward keeping, first`,
      { ...backwardInputs, ...kept },
      { ...results, ...firstSums },
    ),
    kept: Object.entries(kept).map(([name, value]) => ({ name, width: value.shape[1] as number })),
  };
}

/** The programs of a layer's three parts. */
export function layerParts(shape: DecoderShape): LayerPartSet {
  const middle = finishPrograms(shape, false);
  const last = finishPrograms(shape, true);
  return {
    programs: {
      ...projectionPrograms(shape),
      ...attentionBlockPrograms(shape),
      finish: middle.forward,
      finishKeeping: middle.forwardKeeping,
      finishBackward: middle.backward,
      finishBackwardFirst: middle.backwardFirst,
      finishBackwardKeeping: middle.backwardKeeping,
      finishBackwardKeepingFirst: middle.backwardKeepingFirst,
      lastFinish: last.forward,
      lastFinishBackward: last.backward,
      lastFinishBackwardFirst: last.backwardFirst,
    },
    kept: middle.kept,
  };
}
