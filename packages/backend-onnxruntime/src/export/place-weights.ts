import { weightBytes, type OnnxWeight } from '../onnx/onnx-model.js';

export interface PlacedWeights {
  readonly weights: readonly OnnxWeight[];
  /** External files in the order in which they are numbered; none where all weights are in the model's own file. */
  readonly files: readonly string[];
}

/**
 * Decides which file holds each weight: the model's own, where all fit; else files of at most `fileBytes`, filled in order, a
 * larger weight alone in one. They are named as Transformers.js looks for them: NAME, NAME_1, NAME_2, ….
 */
export function placeWeights(
  weights: readonly Pick<OnnxWeight, 'name' | 'shape'>[],
  name: string,
  fileBytes: number,
): PlacedWeights {
  const plain = weights.map(({ name: own, shape }) => ({ name: own, shape }));
  const total = plain.reduce((sum, weight) => sum + weightBytes(weight), 0);
  if (total <= fileBytes) return { weights: plain, files: [] };
  const files: string[] = [];
  let offset = Infinity;
  const placed = plain.map((weight): OnnxWeight => {
    const bytes = weightBytes(weight);
    if (offset > 0 && offset + bytes > fileBytes) {
      files.push(files.length === 0 ? name : `${name}_${files.length}`);
      offset = 0;
    }
    const external = { file: files[files.length - 1], offset };
    offset += bytes;
    return { ...weight, external };
  });
  return { weights: placed, files };
}
