import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { modelHash } from './directory-hash.js';

const folder = mkdtempSync(join(tmpdir(), 'profit-hash-'));
const at = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, files: Record<string, string>): string {
  mkdirSync(at(join(name, 'onnx')), { recursive: true });
  for (const [file, content] of Object.entries(files)) writeFileSync(at(join(name, file)), content);
  return at(name);
}

const files = { 'config.json': '{}', 'model.safetensors': 'weights', 'onnx/model.onnx': 'graph' };

test('is that of the files that make the model, wherever and however they lie', async () => {
  const first = await modelHash(write('first', files));
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  const beside = { 'answers.jsonl': 'a', 'README.md': 'b', '.gitattributes': 'c' };
  const second = write('second', { ...files, ...beside });
  expect(await modelHash(second)).toBe(first);
  // The Hub's cache holds links to files.
  renameSync(join(second, 'model.safetensors'), at('blob'));
  symlinkSync(at('blob'), join(second, 'model.safetensors'));
  expect(await modelHash(second)).toBe(first);
});

test('changes with a byte, a name and a file more', async () => {
  const first = await modelHash(at('first'));
  const variants: Record<string, string>[] = [
    { ...files, 'model.safetensors': 'weightz' },
    { 'config.json': '{}', 'other.safetensors': 'weights', 'onnx/model.onnx': 'graph' },
    { ...files, 'tokenizer.json': '{}' },
    // Not told apart by content alone: where one file ends counts.
    { 'config.json': '{}', 'model.safetensors': 'weight', 'onnx/model.onnx': 'sgraph' },
  ];
  const hashes = await Promise.all(variants.map((variant, index) => modelHash(write(`variant-${index}`, variant))));
  expect(new Set([first, ...hashes]).size).toBe(5);
});

test('an absent directory is named', async () => {
  await expect(modelHash(at('absent'))).rejects.toThrow(/absent: cannot be read/);
});
