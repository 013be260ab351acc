import { openModelProcess, type EngineModule, type ProcessModel } from '@profit-sft/engine';
import type { OpenOptions } from '../open-model.js';

/** In a checkout the sources run; a build is one file. */
const module = import.meta.url.endsWith('.ts') ? '../open-model.ts' : './index.js';

const tfjsModule: EngineModule = { backend: 'tfjs', module: new URL(module, import.meta.url) };

/** As `openModel`, in a process of its own. */
export function openInProcess(directory: string, options: OpenOptions): Promise<ProcessModel> {
  return openModelProcess(tfjsModule, directory, options);
}
