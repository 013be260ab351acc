/** A process that opens one session and ends. */
import { compileProgram } from '../runtime/onnx-runtime.js';
import { squareProgram } from '../webgpu/probe.js';

const program = await compileProgram(squareProgram(), { threads: 1 });
await program.release();
