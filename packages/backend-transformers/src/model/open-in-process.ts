import { openFrozenModelProcess, type EngineModule, type FrozenProcessModel } from '@profit-sft/engine';
import { findInstallation } from '../installation/find-installation.js';
import type { OpenOptions } from './open-model.js';

/** In a checkout the sources run; a build is one file. */
const module = import.meta.url.endsWith('.ts') ? './open-model.ts' : './index.js';

const transformersModule: EngineModule = { backend: 'transformers', module: new URL(module, import.meta.url) };

/** As `openModel`, in a process of its own, which is not started where Transformers.js is missing. */
export async function openInProcess(directory: string, options: OpenOptions): Promise<FrozenProcessModel> {
  findInstallation(options.installation);
  return openFrozenModelProcess(transformersModule, directory, options);
}
