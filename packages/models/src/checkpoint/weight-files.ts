/** The weights of a model that fits in one file. */
export const singleFile = 'model.safetensors';

/** Which shard holds which tensor. */
export const indexFile = 'model.safetensors.index.json';

/** Name of a shard as transformers writes it; `number` from 1. */
export function shardFile(number: number, total: number): string {
  const padded = (value: number): string => String(value).padStart(5, '0');
  return `model-${padded(number)}-of-${padded(total)}.safetensors`;
}

/** Whether a file name is one that a checkpoint's weights have. */
export function isWeightFile(name: string): boolean {
  return name === singleFile || name === indexFile || /^model-\d{5,}-of-\d{5,}\.safetensors$/.test(name);
}
