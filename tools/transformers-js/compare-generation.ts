import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportOnnx, openModel, type ExportOptions } from '@profit-sft/backend-onnxruntime';
import { generateByTransformersJs, type GenerationRequest, type Installation } from './transformers-js.js';

export interface Comparison {
  /** Of Transformers.js. */
  readonly version: string;
  /** New tokens for each prompt, without end tokens. */
  readonly ours: readonly (readonly number[])[];
  readonly theirs: readonly (readonly number[])[];
}

/** Exports a model to a temporary folder and generates greedily from it by Transformers.js, and from the model by the engine. */
export async function compareGeneration(
  installation: Installation,
  model: string,
  prompts: readonly (readonly number[])[],
  maxTokens: number,
  { padded = false, ...options }: ExportOptions & Pick<GenerationRequest, 'padded'> = {},
): Promise<Comparison> {
  const folder = await mkdtemp(join(tmpdir(), 'profit-transformers-js-'));
  try {
    const directory = join(folder, 'exported');
    await exportOnnx(model, directory, options);
    const answer = await generateByTransformersJs(installation, { directory, prompts, maxTokens, padded });
    const engine = await openModel(model, {
      ...{ threads: 1, activationMemoryBytes: 0, headMemoryBytes: 0, saveDtype: 'F32' },
    });
    const ids = prompts.map((prompt) => Int32Array.from(prompt));
    const generations = await engine.generate(ids, { maxTokens });
    const { endIds } = engine.description;
    await engine.dispose();
    return {
      version: answer.version,
      ours: generations.map(({ tokens }) => [...tokens]),
      theirs: answer.sequences.map((tokens) => {
        const end = tokens.findIndex((token) => endIds.includes(token));
        return end < 0 ? tokens : tokens.slice(0, end);
      }),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
