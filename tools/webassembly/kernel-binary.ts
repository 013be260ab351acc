import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import wabt from 'wabt';

const backend = new URL('../../packages/backend-onnxruntime/src/', import.meta.url);

/** A kernel's source, and the TypeScript file that carries its binary, so that published code needs no file beside it. */
export interface Kernel {
  readonly name: string;
  readonly source: string;
  readonly binaryFile: string;
}

export const kernels: readonly Kernel[] = ['optimizer/adamw-kernel', 'frozen/expand-kernel'].map((path) => ({
  name: path.slice(path.indexOf('/') + 1),
  source: fileURLToPath(new URL(`${path}.wat`, backend)),
  binaryFile: fileURLToPath(new URL(`${path}-binary.ts`, backend)),
}));

/** What the kernel's {@link Kernel.binaryFile} has to contain for its present source. */
export async function kernelBinaryModule({ name, source, binaryFile }: Kernel): Promise<string> {
  const { parseWat } = await wabt();
  const module = parseWat(source, await readFile(source, 'utf8'), { simd: true });
  const binary = Buffer.from(module.toBinary({}).buffer).toString('base64');
  module.destroy();
  const constant = `${name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}Binary`;
  const text = `/** ${name}.wat as a WebAssembly binary, base64. Written by \`npm run webassembly\`. */\nexport const ${constant} = '${binary}';\n`;
  return format(text, { ...(await resolveConfig(binaryFile)), parser: 'typescript' });
}
