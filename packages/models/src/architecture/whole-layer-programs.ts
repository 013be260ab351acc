import { add, differentiate, Graph, type Program, type Tensor } from '@profit-sft/graph';
import { decoderLayer, dropoutMasks, layerParameters, trainedParameters } from './decoder-layer.js';
import type { DecoderShape } from './decoder-shape.js';
import { layerInputs } from './layer-programs.js';

/**
 * Training programs of one whole decoder layer, attention not cut into blocks: for engines whose values have no views,
 * where each block of {@link layerParts} would be a copy. Inputs are those of `LayerPrograms`; the programs of the last layer also
 * take `rows` [rows], the tokens whose output (and its gradient) is wanted. Of an adapted layer only the adapters' gradients are computed;
 * with dropout, programs also take the masks of `dropoutMasks` [batch·sequence, in].
 */
export interface WholeLayerPrograms {
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
  /** As those without `bottom`, where nothing below the layer is trained: without `hiddenGradient`. */
  readonly bottomBackward: Program;
  readonly bottomBackwardKeeping: Program;
  /** As those without `last`, for the last layer: `output` and `outputGradient` are [rows, hiddenSize]. */
  readonly lastForward: Program;
  readonly lastForwardKeeping: Program;
  readonly lastBackward: Program;
  readonly lastBackwardKeeping: Program;
}

/** A value that a keeping forward pass hands to its backward pass, [batch·sequence, width]. */
export interface KeptValue {
  readonly name: string;
  readonly width: number;
}

export interface WholeLayerProgramSet {
  readonly programs: WholeLayerPrograms;
  /** What `forwardKeeping` keeps. */
  readonly kept: readonly KeptValue[];
  /** What `lastForwardKeeping` keeps. */
  readonly lastKept: readonly KeptValue[];
}

export function wholeLayerPrograms(shape: DecoderShape): WholeLayerProgramSet {
  const middle = passPrograms(shape, false);
  const last = passPrograms(shape, true);
  return {
    programs: {
      forward: middle.forward,
      forwardKeeping: middle.forwardKeeping,
      backward: middle.backward,
      backwardKeeping: middle.backwardKeeping,
      bottomBackward: middle.bottomBackward,
      bottomBackwardKeeping: middle.bottomBackwardKeeping,
      lastForward: last.forward,
      lastForwardKeeping: last.forwardKeeping,
      lastBackward: last.backward,
      lastBackwardKeeping: last.backwardKeeping,
    },
    kept: middle.kept,
    lastKept: last.kept,
  };
}

function passPrograms(shape: DecoderShape, last: boolean) {
  const graph = new Graph();
  const inputs = {
    ...layerInputs(graph, shape, 'sequence'),
    ...(last ? { rows: graph.input('int', ['rows']) } : {}),
  };
  const parameters = layerParameters(graph, shape);
  const masks = dropoutMasks(graph, shape, 'batch*sequence');
  const layer = decoderLayer(shape, { ...inputs, masks }, parameters);
  const outputGradient = graph.input('float', layer.output.shape);
  const names = Object.keys(trainedParameters(shape, parameters));
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
  const forwardInputs = { ...inputs, ...parameters, ...masks };
  const backwardInputs = { ...forwardInputs, outputGradient, ...sums };
  const gradients = { hiddenGradient, ...newSums };
  const kept = Object.fromEntries(Object.entries(layer.products).map(([name, value]) => [`kept:${name}`, value]));
  const name = last ? 'last layer' : 'layer';
  return {
    forward: graph.program(`${name} forward`, forwardInputs, { output: layer.output }),
    forwardKeeping: graph.program(`${name} forward keeping`, forwardInputs, { output: layer.output, ...kept }),
    backward: graph.program(`${name} backward`, backwardInputs, gradients),
    backwardKeeping: graph.program(`${name} backward keeping`, { ...backwardInputs, ...kept }, gradients),
    bottomBackward: graph.program(`bottom ${name} backward`, backwardInputs, newSums),
    bottomBackwardKeeping: graph.program(`bottom ${name} backward keeping`, { ...backwardInputs, ...kept }, newSums),
    kept: Object.entries(kept).map(([keptName, { shape: size }]) => ({ name: keptName, width: size[1] as number })),
  };
}
