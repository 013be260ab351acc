import { InferenceSession, Tensor } from 'onnxruntime-node';
import { join } from 'node:path';
import type { LibraryModel, LibraryTensor, TransformersLibrary } from '../installation/library.js';

/**
 * An export run by ONNX Runtime with the calls of Transformers.js: positions from the mask, an empty cache where none is given. With it
 * what happens between a batch and the export is tested where Transformers.js is not installed.
 */
export async function sessionModel(
  directory: string,
  cacheShape: readonly [heads: number, size: number],
): Promise<{ readonly library: TransformersLibrary; readonly model: LibraryModel }> {
  const session = await InferenceSession.create(join(directory, 'onnx/model.onnx'), {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const names = session.inputNames.filter((name) => name.startsWith('past_key_values.'));
  const model: LibraryModel = {
    forward: ({ input_ids, attention_mask, past_key_values }) => {
      const ids = input_ids as LibraryTensor;
      const mask = attention_mask as LibraryTensor;
      const [rows, columns] = ids.dims;
      const [heads, size] = cacheShape;
      const empty = names.map((name) => [name, new Tensor('float32', new Float32Array(0), [rows, heads, 0, size])]);
      const cache = (past_key_values ?? Object.fromEntries(empty)) as Record<string, Tensor>;
      const feeds = { input_ids, attention_mask, position_ids: positionsOf(mask, columns), ...cache };
      return session.run(feeds as unknown as Record<string, Tensor>);
    },
    dispose: () => session.release(),
  };
  return { library: { Tensor } as unknown as TransformersLibrary, model };
}

/** Of the last columns; 1 where nothing is seen, as transformers has it. */
function positionsOf({ data, dims: [rows, width] }: LibraryTensor, columns: number): Tensor {
  const positions = Array.from({ length: rows }, (_, row) => {
    let seen = 0n;
    const all = Array.from((data as BigInt64Array).subarray(row * width, (row + 1) * width), (flag) =>
      flag === 0n ? 1n : seen++,
    );
    return all.slice(-columns);
  });
  return new Tensor('int64', BigInt64Array.from(positions.flat()), [rows, columns]);
}
