import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { BackendUnavailableError } from '@profit-sft/core';

/** What `multiply-matrices.js` prints. */
export interface BindingAnswer {
  readonly backend: string;
  /** Of the library that was loaded. */
  readonly tensorFlow: string;
  readonly tensorFlowJs: string;
  /** Largest absolute difference between the float32 product and the float64 one. */
  readonly largestError: number;
}

/**
 * Multiplies two matrices with the package in `folder`, in a process of its own and without `LD_LIBRARY_PATH`, so that the
 * libraries are found by the binding's own path.
 * @throws BackendUnavailableError where the package does not load or the product is wrong, with what the process printed
 */
export async function checkBinding(folder: string): Promise<BindingAnswer> {
  const script = fileURLToPath(new URL('multiply-matrices.js', import.meta.url));
  const environment: NodeJS.ProcessEnv = { TF_CPP_MIN_LOG_LEVEL: '2', ...process.env };
  delete environment.LD_LIBRARY_PATH;
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [script, folder], { env: environment });
    return JSON.parse(stdout.trim().split('\n').at(-1) as string) as BindingAnswer;
  } catch (cause) {
    const { signal, stderr, message } = cause as { signal?: string | null; stderr?: string; message: string };
    // SIGILL: the wheel needs a processor with AVX.
    const end = signal ? `the process that loaded it was ended by ${signal}. ` : '';
    throw new BackendUnavailableError('tfjs-node', `${end}${stderr?.trim() || message}`, { cause });
  }
}
