import { openModelProcess, type EngineModule, type ProcessModel, type SaveOptions } from '@profit-sft/engine';

/** In a checkout the sources run; a build is one file. */
const module = import.meta.url.endsWith('.ts') ? './open-model.ts' : './index.js';

const referenceModule: EngineModule = { backend: 'reference', module: new URL(module, import.meta.url) };

/** As `openModel`, in a process of its own. */
export function openInProcess(directory: string, options: SaveOptions): Promise<ProcessModel> {
  return openModelProcess(referenceModule, directory, options);
}
