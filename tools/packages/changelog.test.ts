import { createRequire } from 'node:module';
import { expect, test } from 'vitest';

interface ChangelogLines {
  getReleaseLine(changeset: { readonly summary: string }): Promise<string>;
  getDependencyReleaseLine(
    changesets: readonly unknown[],
    updated: readonly { readonly name: string; readonly newVersion: string }[],
  ): Promise<string>;
}

const lines = createRequire(import.meta.url)('../../.changeset/changelog.cjs') as ChangelogLines;

test('a change is an item of a list, with its paragraphs in it', async () => {
  expect(await lines.getReleaseLine({ summary: 'One.  \n\nTwo\nthree.' })).toBe('- One.\n\n  Two\n  three.');
});

test('one line says what a package is released with, and none where it needs nothing', async () => {
  const updated = ['@profit-sft/graph', '@profit-sft/core'].map((name) => ({ name, newVersion: '0.2.0' }));
  const line = '- With version 0.2.0 of `@profit-sft/core`, `@profit-sft/graph`.';
  expect(await lines.getDependencyReleaseLine([{}, {}], updated)).toBe(line);
  expect(await lines.getDependencyReleaseLine([], [])).toBe('');
});
