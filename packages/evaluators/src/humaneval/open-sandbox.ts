import { ProfitError } from '@profit-sft/core';

type Sandbox = typeof import('@profit-sft/python-sandbox');

/** The package that runs Python programs, which is installed by who wants it. */
export async function loadPythonSandbox(): Promise<Sandbox> {
  try {
    return await import('@profit-sft/python-sandbox');
  } catch (cause) {
    const { code, message } = cause as Error & { code?: string };
    if (code !== 'ERR_MODULE_NOT_FOUND' || !message.includes('@profit-sft/python-sandbox')) throw cause;
    throw new ProfitError(
      'backend',
      'humaneval runs the programs that a model writes in @profit-sft/python-sandbox, which is not installed. ' +
        'Install it: npm install @profit-sft/python-sandbox',
      { cause },
    );
  }
}
