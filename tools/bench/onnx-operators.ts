import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { emitProgram } from '@profit-sft/backend-onnxruntime';
import type { Program } from '@profit-sft/graph';

/** Field numbers of onnx.proto. */
const modelGraph = 7;
const graphNode = 1;
const nodeOperator = 4;

/** How often the program that the backend hands to ONNX Runtime has each operator. */
export function onnxOperators(program: Program): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const graph of fields(emitProgram(program), modelGraph)) {
    for (const node of fields(graph, graphNode)) {
      for (const operator of fields(node, nodeOperator)) {
        const name = new TextDecoder().decode(operator);
        counts[name] = (counts[name] ?? 0) + 1;
      }
    }
  }
  return counts;
}

/** The contents of a message's length-delimited fields of this number. */
function fields(message: Uint8Array, wanted: number): Uint8Array[] {
  const reader = new BinaryReader(message);
  const found: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === wanted && type === WireType.LengthDelimited) found.push(reader.bytes());
    else reader.skip(type, field);
  }
  return found;
}
