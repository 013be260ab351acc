import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const repository = fileURLToPath(new URL('../../../../', import.meta.url));

/** The TypeScript of a page of docs/, in a folder in which it can be compiled and tested as a reader would. */
export class GuideFolder {
  /** Each fenced block of `ts`. */
  readonly blocks: readonly string[];
  private readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'profit-guide-')));

  constructor(page: string) {
    const text = readFileSync(join(repository, 'docs', page), 'utf8');
    this.blocks = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code);
  }

  /** Writes files and makes packages of the repository importable. */
  prepare(files: Readonly<Record<string, string>>, packages: readonly string[]): void {
    for (const name of [...packages, '@types/node', 'vitest']) {
      const link = join(this.folder, 'node_modules', name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(repository, 'node_modules', name), link, 'junction');
    }
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.folder, name), text);
    const settings = { extends: join(repository, 'tsconfig.base.json'), include: ['*.ts'] };
    writeFileSync(join(this.folder, 'tsconfig.json'), JSON.stringify(settings));
    writeFileSync(join(this.folder, 'package.json'), JSON.stringify({ type: 'module' }));
    const resolve = `resolve: { conditions: ['@profit-sft/source'] }`;
    writeFileSync(join(this.folder, 'vitest.config.mjs'), `export default { ${resolve}, ssr: { ${resolve} } };\n`);
  }

  async run(tool: string, ...args: string[]): Promise<{ code: number; output: string }> {
    // Without what vitest sets for this process: the other vitest would take itself for one of its workers.
    const inherited = Object.entries(process.env).filter(([key]) => !/^(VITEST|NODE_ENV|TEST$|NODE_OPTIONS)/.test(key));
    const env = { ...Object.fromEntries(inherited), NO_COLOR: '1' };
    const path = join(repository, 'node_modules', tool);
    try {
      const options = { cwd: this.folder, env };
      const { stdout, stderr } = await promisify(execFile)(process.execPath, [path, ...args], options);
      return { code: 0, output: stdout + stderr };
    } catch (error) {
      const { code, stdout, stderr, message } = error as Error & { code: number; stdout: string; stderr: string };
      return { code, output: `${message}\n${stdout}${stderr}` };
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
