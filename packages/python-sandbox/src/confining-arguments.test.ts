/** The process around the interpreter, by itself: what it may not do even where a program had got out of Python. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { confiningArguments } from './confining-arguments.js';

const folder = mkdtempSync(join(tmpdir(), 'profit-confined-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function confined(statement: string): Promise<string> {
  const script = join(folder, 'script.mjs');
  writeFileSync(
    script,
    `try { console.log(String(${statement})); } catch (error) { console.log('refused', error.code ?? error.name); }`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, [...confiningArguments([folder], 2 ** 26), script]);
  return stdout.trim();
}

test.each([
  [`(await import('node:fs')).readFileSync('/etc/passwd')`, 'refused ERR_ACCESS_DENIED'],
  [`(await import('node:fs')).readdirSync('/')`, 'refused ERR_ACCESS_DENIED'],
  [`(await import('node:fs')).writeFileSync(${JSON.stringify(join(folder, 'new'))}, '')`, 'refused ERR_ACCESS_DENIED'],
  [`(await import('node:child_process')).spawnSync('id').pid`, 'refused ERR_ACCESS_DENIED'],
  [`eval('1')`, 'refused EvalError'],
  [`new Function('return 1')()`, 'refused EvalError'],
  [`new WebAssembly.Memory({ initial: 1 }).grow(1024)`, 'refused RangeError'],
  // That it is the confinement which refuses.
  [`(await import('node:fs')).readFileSync(${JSON.stringify(join(folder, 'script.mjs'))}).length > 0`, 'true'],
  [`new WebAssembly.Memory({ initial: 1 }).grow(1000)`, '1'],
])('%s', async (statement, expected) => {
  expect(await confined(statement)).toBe(expected);
});
