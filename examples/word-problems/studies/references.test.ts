import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const study = JSON.parse(readFileSync(new URL('references.json', import.meta.url), 'utf8')) as {
  readonly run: { readonly data: { readonly train: { readonly of: object } } };
  readonly axes: { readonly training: Readonly<Record<string, { readonly 'data.train.to': number }>> };
  readonly evaluations: Readonly<Record<'trained' | 'unseen', { readonly data: object }>>;
};

test('the unseen reference is one of the problems trained on, behind the most that are', () => {
  const most = Math.max(...Object.values(study.axes.training).map((keys) => keys['data.train.to']));
  const { of } = study.run.data.train;
  expect(of).toMatchObject({ references: most + 1 });
  expect(study.evaluations.unseen.data).toEqual({ name: 'reference-slice', of, from: most });
  expect(study.evaluations.trained.data).toEqual({ name: 'reference-slice', of, to: 1 });
});
