import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import wabt from 'wabt';

const optimizer = new URL('../../packages/backend-onnxruntime/src/optimizer/', import.meta.url);
const source = fileURLToPath(new URL('adamw-kernel.wat', optimizer));
/** The TypeScript file that carries the binary, so that published code needs no file beside it. */
export const kernelBinaryFile = fileURLToPath(new URL('adamw-kernel-binary.ts', optimizer));

/** What {@link kernelBinaryFile} has to contain for the present source of the kernel. */
export async function kernelBinaryModule(): Promise<string> {
  const { parseWat } = await wabt();
  const module = parseWat(source, await readFile(source, 'utf8'), { simd: true });
  const binary = Buffer.from(module.toBinary({}).buffer).toString('base64');
  module.destroy();
  const text = `/** adamw-kernel.wat as a WebAssembly binary, base64. Written by \`npm run webassembly\`. */\nexport const adamwKernelBinary = '${binary}';\n`;
  return format(text, { ...(await resolveConfig(kernelBinaryFile)), parser: 'typescript' });
}
