import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ProfitError } from '@profit-sft/core';

/** Where files that the repository does not carry are looked for. */
export const dataFolder =
  process.env.PROFIT_TEST_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));

const sources = {
  'sft/e2e_nlg/devset.csv': 'devset.csv of https://github.com/tuetschek/e2e-dataset',
  'sft/e2e_nlg/testset_w_refs.csv': 'testset_w_refs.csv of https://github.com/tuetschek/e2e-dataset',
  'models/stories260K/hf':
    'stories260K of https://huggingface.co/karpathy/tinyllamas as a Hugging Face directory (config.json, model.safetensors, tokenizer.json)',
};

/**
 * The path of a file that the study needs.
 *
 * @throws ProfitError that says where it comes from and where it is looked for
 */
export function dataFile(path: keyof typeof sources): string {
  const file = join(dataFolder, path);
  if (existsSync(file)) return file;
  throw new ProfitError(
    'data',
    `${file}: is not there. It is ${sources[path]}; put it there, or set PROFIT_TEST_DATA to the folder that holds ${path}`,
  );
}
