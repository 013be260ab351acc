import { Graph, type Program, type Tensor } from '@profit-sft/graph';
import { decoderLayer, layerParameters } from './decoder-layer.js';
import type { DecoderShape } from './decoder-shape.js';

/**
 * The programs of one decoder layer in generation, compiled once and run for every layer with that layer's weights. Sizes
 * are symbolic: `batch`, `sequence`, and `capacity` of the cache.
 *
 * Inputs are named `hidden` [batch·sequence, hiddenSize], `cosine`, `signedSine` [batch, sequence, headSize],
 * `mask` [batch, sequence, (capacity +) sequence], and each parameter by its name within the layer.
 */
export interface LayerPrograms {
  /** → `output` [batch·sequence, hiddenSize], and the tokens' `keys` and `values` [batch, keyValueHeads, sequence, headSize] */
  readonly prefill: Program;
  /** Also takes `cachedKeys`, `cachedValues` [batch, keyValueHeads, capacity, headSize] → `output`, `keys`, `values`. */
  readonly cached: Program;
}

const tokens = 'batch*sequence';

export function layerPrograms(shape: DecoderShape): LayerPrograms {
  return { prefill: prefillProgram(shape), cached: cachedProgram(shape) };
}

/** What a program of a layer takes beside parameters. */
export function layerInputs(
  graph: Graph,
  shape: DecoderShape,
  maskWidth: string,
): Record<'hidden' | 'cosine' | 'signedSine' | 'mask', Tensor> {
  return {
    hidden: graph.input('float', [tokens, shape.hiddenSize]),
    cosine: graph.input('float', ['batch', 'sequence', shape.headSize]),
    signedSine: graph.input('float', ['batch', 'sequence', shape.headSize]),
    mask: graph.input('float', ['batch', 'sequence', maskWidth]),
  };
}

function prefillProgram(shape: DecoderShape): Program {
  const graph = new Graph();
  const inputs = layerInputs(graph, shape, 'sequence');
  const parameters = layerParameters(graph, shape);
  const { output, attention } = decoderLayer(shape, inputs, parameters);
  const outputs = { output, keys: attention.keys, values: attention.values };
  return graph.program('layer prefill', { ...inputs, ...parameters }, outputs);
}

function cachedProgram(shape: DecoderShape): Program {
  const graph = new Graph();
  const cacheShape = ['batch', shape.keyValueHeads, 'capacity', shape.headSize];
  const cache = { keys: graph.input('float', cacheShape), values: graph.input('float', cacheShape) };
  const inputs = layerInputs(graph, shape, 'capacity+sequence');
  const parameters = layerParameters(graph, shape);
  const { output, attention } = decoderLayer(shape, { ...inputs, cache }, parameters);
  const cached = { cachedKeys: cache.keys, cachedValues: cache.values };
  const outputs = { output, keys: attention.keys, values: attention.values };
  return graph.program('layer cached', { ...inputs, ...cached, ...parameters }, outputs);
}
