import { engine } from '@tensorflow/tfjs-core';
import type { StartedRuntime } from './start-runtime.js';
import { registerKernels } from '../kernels/register-kernels.js';
import { dependencyVersion } from './optional-package.js';
import { setBackend } from '../runtime/active-backend.js';

/** Plain JavaScript: works wherever JavaScript does. */
export async function startCpu(): Promise<Omit<StartedRuntime, 'name'>> {
  await import('@tensorflow/tfjs-backend-cpu');
  registerKernels();
  await setBackend('cpu');
  // It advises to install another backend when it first gets numbers; `profit doctor` says that.
  (engine().findBackend('cpu') as unknown as { firstUse: boolean }).firstUse = false;
  return {
    backendName: 'cpu',
    keepsArrays: true,
    detail: `@tensorflow/tfjs-backend-cpu ${dependencyVersion('@tensorflow/tfjs-backend-cpu')}`,
  };
}
