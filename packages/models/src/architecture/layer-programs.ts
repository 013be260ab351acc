import { add, differentiate, Graph, type Program, type Tensor } from '@profit-sft/graph';
import { decoderLayer, layerParameters } from './decoder-layer.js';
import type { DecoderShape } from './decoder-shape.js';

/**
 * The programs of one decoder layer, compiled once and run for every layer with that layer's weights. Sizes are
 * symbolic: `batch`, `sequence`, `rows`, and `capacity` of the cache.
 *
 * Inputs are named `hidden` [batch·sequence, hiddenSize], `cosine`, `signedSine` [batch, sequence, headSize],
 * `mask` [batch, sequence, sequence], and each parameter by its name within the layer. The programs of the last layer
 * also take `rows` [rows], the tokens whose output (and its gradient) is wanted.
 */
export interface LayerPrograms {
  /** → `output` [batch·sequence, hiddenSize] */
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
  /** As those without `last`, for the last layer: `output` and `outputGradient` are [rows, hiddenSize]. */
  readonly lastForward: Program;
  readonly lastForwardKeeping: Program;
  readonly lastBackward: Program;
  readonly lastBackwardKeeping: Program;
  /** As `forward` → `output`, and the tokens' `keys` and `values` [batch, keyValueHeads, sequence, headSize]. */
  readonly prefill: Program;
  /** Takes `cachedKeys`, `cachedValues` [batch, keyValueHeads, capacity, headSize]; mask [batch, sequence, capacity + sequence] → `output`, `keys`, `values`. */
  readonly cached: Program;
}

/** A value that a keeping forward pass hands to its backward pass, [batch·sequence, width]. */
export interface KeptValue {
  readonly name: string;
  readonly width: number;
}

export interface LayerProgramSet {
  readonly programs: LayerPrograms;
  /** What `forwardKeeping` keeps. */
  readonly kept: readonly KeptValue[];
  /** What `lastForwardKeeping` keeps. */
  readonly lastKept: readonly KeptValue[];
}

const tokens = 'batch*sequence';

export function layerPrograms(shape: DecoderShape): LayerProgramSet {
  const middle = trainingPrograms(shape, false);
  const last = trainingPrograms(shape, true);
  return {
    programs: {
      forward: middle.forward,
      forwardKeeping: middle.forwardKeeping,
      backward: middle.backward,
      backwardKeeping: middle.backwardKeeping,
      lastForward: last.forward,
      lastForwardKeeping: last.forwardKeeping,
      lastBackward: last.backward,
      lastBackwardKeeping: last.backwardKeeping,
      prefill: prefillProgram(shape),
      cached: cachedProgram(shape),
    },
    kept: middle.kept,
    lastKept: last.kept,
  };
}

function commonInputs(
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

function trainingPrograms(shape: DecoderShape, last: boolean) {
  const graph = new Graph();
  const inputs = {
    ...commonInputs(graph, shape, 'sequence'),
    ...(last ? { rows: graph.input('int', ['rows']) } : {}),
  };
  const parameters = layerParameters(graph, shape);
  const layer = decoderLayer(shape, inputs, parameters);
  const outputGradient = graph.input('float', layer.output.shape);
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
  const forwardInputs = { ...inputs, ...parameters };
  const backwardInputs = { ...forwardInputs, outputGradient, ...sums };
  const gradients = { hiddenGradient, ...newSums };
  const kept = Object.fromEntries(Object.entries(layer.products).map(([name, value]) => [`kept:${name}`, value]));
  const name = last ? 'last layer' : 'layer';
  return {
    forward: graph.program(`${name} forward`, forwardInputs, { output: layer.output }),
    forwardKeeping: graph.program(`${name} forward keeping`, forwardInputs, { output: layer.output, ...kept }),
    backward: graph.program(`${name} backward`, backwardInputs, gradients),
    backwardKeeping: graph.program(`${name} backward keeping`, { ...backwardInputs, ...kept }, gradients),
    kept: Object.entries(kept).map(([keptName, { shape: size }]) => ({ name: keptName, width: size[1] as number })),
  };
}

function prefillProgram(shape: DecoderShape): Program {
  const graph = new Graph();
  const inputs = commonInputs(graph, shape, 'sequence');
  const parameters = layerParameters(graph, shape);
  const { output, attention } = decoderLayer(shape, inputs, parameters);
  const outputs = { output, keys: attention.keys, values: attention.values };
  return graph.program('layer prefill', { ...inputs, ...parameters }, outputs);
}

function cachedProgram(shape: DecoderShape): Program {
  const graph = new Graph();
  const cacheShape = ['batch', shape.keyValueHeads, 'capacity', shape.headSize];
  const cache = { keys: graph.input('float', cacheShape), values: graph.input('float', cacheShape) };
  const inputs = commonInputs(graph, shape, 'capacity+sequence');
  const parameters = layerParameters(graph, shape);
  const { output, attention } = decoderLayer(shape, { ...inputs, cache }, parameters);
  const cached = { cachedKeys: cache.keys, cachedValues: cache.values };
  const outputs = { output, keys: attention.keys, values: attention.values };
  return graph.program('layer cached', { ...inputs, ...cached, ...parameters }, outputs);
}
