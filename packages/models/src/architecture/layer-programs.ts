import { add, differentiate, Graph, type Program, type Tensor } from '@profit-sft/graph';
import { decoderLayer, layerParameters } from './decoder-layer.js';
import type { DecoderShape } from './decoder-shape.js';

/**
 * The programs of one decoder layer, compiled once and run for every layer with that layer's weights. Sizes are
 * symbolic: `batch`, `sequence`, and `capacity` of the cache.
 *
 * Inputs are named `hidden` [batch·sequence, hiddenSize], `cosine`, `sine` [batch, sequence, headSize],
 * `mask` [batch, sequence, sequence], and each parameter by its name within the layer.
 */
export interface LayerPrograms {
  /** → `output` */
  readonly forward: Program;
  /** → `output` and each of `kept` */
  readonly forwardKeeping: Program;
  /**
   * Also takes `outputGradient` and, for each parameter NAME, `gradient:NAME`, the sum so far
   * → `hiddenGradient` and `newGradient:NAME`. Recomputes the layer from `hidden`.
   */
  readonly backward: Program;
  /** As `backward`, from `kept` values. */
  readonly backwardKeeping: Program;
  /** Names and widths (last axis) of the values that `forwardKeeping` hands to `backwardKeeping`; all [batch·sequence, width]. */
  readonly kept: readonly { readonly name: string; readonly width: number }[];
  /** As `forward` → `output`, and the tokens' `keys` and `values` [batch, keyValueHeads, sequence, headSize]. */
  readonly prefill: Program;
  /** Takes `cachedKeys`, `cachedValues` [batch, keyValueHeads, capacity, headSize]; mask [batch, sequence, capacity + sequence] → `output`, `keys`, `values`. */
  readonly cached: Program;
}

const tokens = 'batch*sequence';

function commonInputs(graph: Graph, shape: DecoderShape): Record<'hidden' | 'cosine' | 'sine', Tensor> {
  return {
    hidden: graph.input('float', [tokens, shape.hiddenSize]),
    cosine: graph.input('float', ['batch', 'sequence', shape.headSize]),
    sine: graph.input('float', ['batch', 'sequence', shape.headSize]),
  };
}

function prefixed(prefix: string, values: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(values).map(([name, tensor]) => [prefix + name, tensor]));
}

export function layerPrograms(shape: DecoderShape): LayerPrograms {
  const graph = new Graph();
  const inputs = { ...commonInputs(graph, shape), mask: graph.input('float', ['batch', 'sequence', 'sequence']) };
  const parameters = layerParameters(graph, shape);
  const layer = decoderLayer(shape, inputs, parameters);
  const outputGradient = graph.input('float', [tokens, shape.hiddenSize]);
  const names = Object.keys(parameters);
  const [hiddenGradient, ...parameterGradients] = differentiate(
    [[layer.output, outputGradient]],
    [inputs.hidden, ...names.map((name) => parameters[name])],
  );
  const sums: Record<string, Tensor> = {};
  const newSums: Record<string, Tensor> = {};
  names.forEach((name, i) => {
    const sum = graph.input('float', parameters[name].shape);
    sums[`gradient:${name}`] = sum;
    newSums[`newGradient:${name}`] = add(parameterGradients[i], sum);
  });
  const backwardInputs = { ...inputs, ...parameters, outputGradient, ...sums };
  const gradients = { hiddenGradient, ...newSums };
  const kept = prefixed('kept:', layer.products);
  return {
    forward: graph.program('layer forward', { ...inputs, ...parameters }, { output: layer.output }),
    forwardKeeping: graph.program(
      'layer forward keeping',
      { ...inputs, ...parameters },
      { output: layer.output, ...kept },
    ),
    backward: graph.program('layer backward', backwardInputs, gradients),
    backwardKeeping: graph.program('layer backward keeping', { ...backwardInputs, ...kept }, gradients),
    kept: Object.entries(kept).map(([name, tensor]) => ({ name, width: tensor.shape[1] as number })),
    prefill: graph.program(
      'layer prefill',
      { ...inputs, ...parameters },
      { output: layer.output, keys: layer.attention.keys, values: layer.attention.values },
    ),
    cached: cachedLayerProgram(shape),
  };
}

function cachedLayerProgram(shape: DecoderShape): Program {
  const graph = new Graph();
  const cacheShape = ['batch', shape.keyValueHeads, 'capacity', shape.headSize];
  const cache = { keys: graph.input('float', cacheShape), values: graph.input('float', cacheShape) };
  const inputs = {
    ...commonInputs(graph, shape),
    mask: graph.input('float', ['batch', 'sequence', 'capacity+sequence']),
  };
  const parameters = layerParameters(graph, shape);
  const layer = decoderLayer(shape, { ...inputs, cache }, parameters);
  return graph.program(
    'layer cached',
    { ...inputs, cachedKeys: cache.keys, cachedValues: cache.values, ...parameters },
    { output: layer.output, keys: layer.attention.keys, values: layer.attention.values },
  );
}
