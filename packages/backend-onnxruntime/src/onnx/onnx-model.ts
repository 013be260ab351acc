import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** Values of `TensorProto.DataType` that programs use. */
export const onnxTypes = { float: 1, int: 6, int64: 7, bool: 9, float16: 10 } as const;
export type OnnxType = keyof typeof onnxTypes;

/** ONNX opset: the first in which every operation used here has its present form. */
const opset = 21;
const irVersion = 10;

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
  const writer = new BinaryWriter();
  varint(writer, 1, irVersion);
  text(writer, 2, 'profit-sft');
  for (const [domain, version] of [
    ['', opset],
    ['com.microsoft', 1],
  ] as const) {
    message(writer, 8, () => {
      text(writer, 1, domain);
      varint(writer, 2, version);
    });
  }
  message(writer, 7, () => {
    for (const node of graph.nodes) message(writer, 1, () => encodeNode(writer, node));
    text(writer, 2, graph.name);
    for (const initializer of graph.initializers) message(writer, 5, () => encodeInitializer(writer, initializer));
    for (const value of graph.inputs) message(writer, 11, () => encodeValue(writer, value));
    for (const value of graph.outputs) message(writer, 12, () => encodeValue(writer, value));
  });
  return writer.finish();
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
