import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** Values of `TensorProto.DataType` that programs use. */
export const onnxTypes = { float: 1, int: 6, int64: 7, bool: 9, float16: 10 } as const;
export type OnnxType = keyof typeof onnxTypes;

/** What a model's reader has to know. */
export interface OnnxVersion {
  readonly opset: number;
  /** Of the file format. */
  readonly ir: number;
}

/** Of the programs that the engine runs itself: the first in which every operation used here has its present form. */
const engineVersion: OnnxVersion = { opset: 21, ir: 10 };

type AttributeValue = number | readonly number[] | { readonly float: number } | { readonly string: string };

/** One node; `domain` is empty for standard ONNX, `com.microsoft` for ONNX Runtime's own operators. */
export interface OnnxNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  readonly domain?: string;
}

export interface OnnxValue {
  readonly name: string;
  readonly type: OnnxType;
  /** Sizes; a string names a symbolic one. */
  readonly shape: readonly (number | string)[];
}

export interface OnnxInitializer {
  readonly name: string;
  readonly type: 'float' | 'int64';
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly initializers: readonly OnnxInitializer[];
}

/** Serialises a graph as an ONNX `ModelProto`. Field numbers are those of onnx.proto. */
export function encodeOnnxModel(graph: OnnxGraph): Uint8Array {
  return encodeOnnxPieces(graph, [], engineVersion).start;
}

/** A float32 initializer whose numbers are too many for an {@link OnnxInitializer}. */
export interface OnnxWeight {
  readonly name: string;
  readonly shape: readonly number[];
  /** Where the numbers are, if not in the model's file: a file beside it, and the first byte there. */
  readonly external?: { readonly file: string; readonly offset: number };
}

/** A model's file in pieces: its start, then for each weight a prefix and, unless they are external, its numbers. */
export interface OnnxPieces {
  readonly start: Uint8Array;
  readonly prefixes: readonly Uint8Array[];
  /** Of the whole file. */
  readonly byteLength: number;
}

export function weightBytes({ shape }: Pick<OnnxWeight, 'shape'>): number {
  return shape.reduce((product, size) => product * size, 4);
}

/**
 * Serialises all of a model but its weights' numbers, so that a model need not be in memory to be written. Lengths come first
 * in this format; the weights are last in the graph, and the graph last in the model.
 */
export function encodeOnnxPieces(graph: OnnxGraph, weights: readonly OnnxWeight[], version: OnnxVersion): OnnxPieces {
  const inner = new BinaryWriter();
  for (const node of graph.nodes) message(inner, 1, () => encodeNode(inner, node));
  text(inner, 2, graph.name);
  for (const initializer of graph.initializers) message(inner, 5, () => encodeInitializer(inner, initializer));
  for (const value of graph.inputs) message(inner, 11, () => encodeValue(inner, value));
  for (const value of graph.outputs) message(inner, 12, () => encodeValue(inner, value));
  const graphStart = inner.finish();
  const prefixes = weights.map(encodeWeightPrefix);
  const numbers = weights.filter(({ external }) => external === undefined).map(weightBytes);
  const graphLength = [graphStart.length, ...prefixes.map(({ length }) => length), ...numbers].reduce((a, b) => a + b);

  const writer = new BinaryWriter();
  varint(writer, 1, version.ir);
  text(writer, 2, 'profit-sft');
  const domains: [string, number][] = [['', version.opset]];
  if (graph.nodes.some(({ domain }) => domain === 'com.microsoft')) domains.push(['com.microsoft', 1]);
  for (const [domain, domainVersion] of domains) {
    message(writer, 8, () => {
      text(writer, 1, domain);
      varint(writer, 2, domainVersion);
    });
  }
  // A graph beyond 2 GiB has a length that its readers refuse; it is written with external weights.
  writer.tag(7, WireType.LengthDelimited).uint32(graphLength).raw(graphStart);
  const start = writer.finish();
  return { start, prefixes, byteLength: start.length + graphLength - graphStart.length };
}

/** An initializer up to its numbers, with the lengths that include them. */
function encodeWeightPrefix(weight: OnnxWeight): Uint8Array {
  const inner = new BinaryWriter();
  for (const size of weight.shape) varint(inner, 1, size);
  varint(inner, 2, onnxTypes.float);
  text(inner, 8, weight.name);
  const bytes = weightBytes(weight);
  if (weight.external === undefined) {
    inner.tag(9, WireType.LengthDelimited).uint32(bytes);
  } else {
    const { file, offset } = weight.external;
    for (const [key, value] of Object.entries({ location: file, offset: String(offset), length: String(bytes) })) {
      message(inner, 13, () => {
        text(inner, 1, key);
        text(inner, 2, value);
      });
    }
    varint(inner, 14, 1);
  }
  const own = inner.finish();
  const length = own.length + (weight.external === undefined ? bytes : 0);
  return new BinaryWriter().tag(5, WireType.LengthDelimited).uint32(length).raw(own).finish();
}

function message(writer: BinaryWriter, field: number, encode: () => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  encode();
  writer.join();
}

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value);
}

function varint(writer: BinaryWriter, field: number, value: number): void {
  writer.tag(field, WireType.Varint).int64(value);
}

function encodeNode(writer: BinaryWriter, node: OnnxNode): void {
  for (const input of node.inputs) text(writer, 1, input);
  for (const output of node.outputs) text(writer, 2, output);
  // Without names of their own ONNX Runtime 1.21 gives two nodes of its optimiser the same one, and refuses them.
  text(writer, 3, node.outputs[0]);
  text(writer, 4, node.operator);
  for (const [name, value] of Object.entries(node.attributes ?? {})) {
    message(writer, 5, () => {
      text(writer, 1, name);
      if (typeof value === 'number') {
        varint(writer, 3, value);
        varint(writer, 20, 2);
      } else if (Array.isArray(value)) {
        for (const element of value as readonly number[]) varint(writer, 8, element);
        varint(writer, 20, 7);
      } else if ('float' in value) {
        writer.tag(2, WireType.Bit32).float(value.float);
        varint(writer, 20, 1);
      } else if ('string' in value) {
        text(writer, 4, value.string);
        varint(writer, 20, 3);
      }
    });
  }
  if (node.domain !== undefined) text(writer, 7, node.domain);
}

function encodeInitializer(writer: BinaryWriter, initializer: OnnxInitializer): void {
  for (const size of initializer.shape) varint(writer, 1, size);
  varint(writer, 2, onnxTypes[initializer.type]);
  text(writer, 8, initializer.name);
  const data =
    initializer.type === 'float'
      ? Float32Array.from(initializer.values)
      : BigInt64Array.from(initializer.values, (value) => BigInt(value));
  writer.tag(9, WireType.LengthDelimited).bytes(new Uint8Array(data.buffer));
}

function encodeValue(writer: BinaryWriter, value: OnnxValue): void {
  text(writer, 1, value.name);
  message(writer, 2, () =>
    message(writer, 1, () => {
      varint(writer, 1, onnxTypes[value.type]);
      message(writer, 2, () => {
        for (const size of value.shape) {
          message(writer, 1, () => (typeof size === 'number' ? varint(writer, 1, size) : text(writer, 2, size)));
        }
      });
    }),
  );
}
