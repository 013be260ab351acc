import { bitsPerElement, isSafetensorsDtype, safetensorsDtypes, type SafetensorsDtype } from './dtype.js';
import { parseJson } from '@profit-sft/core';
import { InvalidSafetensorsError } from './safetensors-error.js';

/** Where a tensor lies in its file. */
export interface TensorEntry {
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  /** From the start of the file, in bytes. */
  readonly byteOffset: number;
  readonly byteLength: number;
}

export interface SafetensorsHeader {
  /** In the order of the file's bytes. */
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  /** `__metadata__`: free text that the writer left. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** Length of the little-endian header length at the start of a file. */
export const lengthBytes = 8;

/** The reference implementation's cap: a longer header is refused before it is read. */
export const maxHeaderBytes = 100_000_000;

/** The reference implementation counts in 64-bit unsigned integers. */
const overflow = 2n ** 64n;

/** The header's length from a file's first eight bytes, checked against the cap and the file's size. */
export function headerLength(start: Uint8Array, fileBytes: number, file: string): number {
  if (start.byteLength < lengthBytes || fileBytes < lengthBytes) {
    throw new InvalidSafetensorsError(
      file,
      'HeaderTooSmall',
      `is ${fileBytes} bytes long, shorter than a safetensors header; it is empty or was not written to its end`,
    );
  }
  const length = new DataView(start.buffer, start.byteOffset, lengthBytes).getBigUint64(0, true);
  if (length > BigInt(maxHeaderBytes)) {
    throw new InvalidSafetensorsError(
      file,
      'HeaderTooLarge',
      `its header claims ${length} bytes, more than the ${maxHeaderBytes} allowed; it is not a safetensors file or is corrupt`,
    );
  }
  if (Number(length) + lengthBytes > fileBytes) {
    throw new InvalidSafetensorsError(
      file,
      'InvalidHeaderLength',
      `its header claims ${length} bytes, but the file has only ${fileBytes}; it is truncated or corrupt`,
    );
  }
  return Number(length);
}

/**
 * Parses and validates a header as the reference implementation does: element types, shapes against byte lengths, and
 * byte ranges that follow each other without gap or overlap and end where the file ends.
 */
export function parseHeader(header: Uint8Array, fileBytes: number, file: string): SafetensorsHeader {
  const document = parseDocument(header, file);
  const metadata = parseMetadata(document, file);
  const infos: TensorInfo[] = [];
  for (const [name, value] of Object.entries(document)) {
    if (name !== '__metadata__') infos.push(parseInfo(name, value, file));
  }
  infos.sort((a, b) => a.start - b.start || a.end - b.end);
  const dataStart = lengthBytes + header.byteLength;
  const tensors = new Map<string, TensorEntry>();
  let position = 0;
  for (const info of infos) {
    checkRange(info, position, file);
    position = info.end;
    tensors.set(info.name, {
      dtype: info.dtype,
      shape: info.shape,
      byteOffset: dataStart + info.start,
      byteLength: info.end - info.start,
    });
  }
  if (dataStart + position !== fileBytes) {
    throw new InvalidSafetensorsError(
      file,
      'MetadataIncompleteBuffer',
      `its tensors take ${position} bytes, but ${fileBytes - dataStart} follow the header; ` +
        (dataStart + position > fileBytes ? 'the file is truncated' : 'the file has bytes that belong to no tensor'),
    );
  }
  return { tensors, metadata };
}

interface TensorInfo {
  readonly name: string;
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

function parseDocument(header: Uint8Array, file: string): Record<string, unknown> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(header);
  } catch (cause) {
    throw new InvalidSafetensorsError(file, 'InvalidHeader', 'its header is not valid UTF-8', { cause });
  }
  let document: unknown;
  try {
    document = parseJson(text);
  } catch (cause) {
    throw new InvalidSafetensorsError(file, 'InvalidHeaderDeserialization', 'its header is not valid JSON', { cause });
  }
  if (!isObject(document)) {
    throw new InvalidSafetensorsError(file, 'InvalidHeaderDeserialization', 'its header is not a JSON object');
  }
  return document;
}

function parseMetadata(document: Record<string, unknown>, file: string): ReadonlyMap<string, string> {
  const value = Object.hasOwn(document, '__metadata__') ? document['__metadata__'] : null;
  if (value === null) return new Map();
  const entries = isObject(value) ? Object.entries(value) : undefined;
  if (entries === undefined || !entries.every((entry): entry is [string, string] => typeof entry[1] === 'string')) {
    throw new InvalidSafetensorsError(
      file,
      'InvalidHeaderDeserialization',
      '__metadata__ in its header must be an object of strings',
    );
  }
  return new Map(entries);
}

function parseInfo(name: string, value: unknown, file: string): TensorInfo {
  const refuse = (message: string): never => {
    throw new InvalidSafetensorsError(file, 'InvalidHeaderDeserialization', message, { tensor: name });
  };
  if (!isObject(value)) return refuse('is not described by an object');
  const own = (key: string): unknown => (Object.hasOwn(value, key) ? value[key] : undefined);
  const [dtype, shape, offsets] = [own('dtype'), own('shape'), own('data_offsets')];
  if (!isSafetensorsDtype(dtype)) {
    return refuse(`has the unknown dtype ${JSON.stringify(dtype)}; known: ${safetensorsDtypes.join(', ')}`);
  }
  if (!isArrayOfCounts(shape)) return refuse('has a shape that is not an array of non-negative integers');
  if (!isArrayOfCounts(offsets) || offsets.length !== 2) {
    return refuse('has data_offsets that are not two non-negative integers');
  }
  return { name, dtype, shape, start: offsets[0], end: offsets[1] };
}

function checkRange(info: TensorInfo, expectedStart: number, file: string): void {
  const { name: tensor, start, end } = info;
  if (start !== expectedStart || end < start || !Number.isSafeInteger(end)) {
    const what =
      end < start
        ? 'ends before it starts'
        : start < expectedStart
          ? 'overlaps the tensor before it'
          : start > expectedStart
            ? 'leaves a gap after the tensor before it'
            : 'ends beyond any file';
    throw new InvalidSafetensorsError(file, 'InvalidOffset', `${what} (data_offsets [${start}, ${end}])`, { tensor });
  }
  let bits = 1n;
  for (const size of info.shape) {
    bits *= BigInt(size);
    if (bits >= overflow) break;
  }
  bits *= BigInt(bitsPerElement(info.dtype));
  if (bits >= overflow) {
    throw new InvalidSafetensorsError(
      file,
      'ValidationOverflow',
      `has an impossible shape [${info.shape.join(', ')}]`,
      {
        tensor,
      },
    );
  }
  if (bits % 8n !== 0n) {
    throw new InvalidSafetensorsError(
      file,
      'MisalignedSlice',
      `of dtype ${info.dtype} and shape [${info.shape.join(', ')}] does not end on a whole byte`,
      { tensor },
    );
  }
  if (BigInt(end - start) !== bits / 8n) {
    throw new InvalidSafetensorsError(
      file,
      'TensorInvalidInfo',
      `of dtype ${info.dtype} and shape [${info.shape.join(', ')}] needs ${bits / 8n} bytes, but its data_offsets hold ${end - start}`,
      { tensor },
    );
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Counts above 2^53 have lost digits in JSON.parse but stay far too large, which is all that is asked of them. */
function isArrayOfCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isInteger(item) && (item as number) >= 0);
}
