export { openPythonSandbox, type PythonSandbox, type PythonSandboxOptions } from './python-sandbox.js';
export type { PythonOutcome, PythonProgram, PythonResult } from './python-program.js';
