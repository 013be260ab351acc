import { fileURLToPath } from 'node:url';

const repository = new URL('../../../', import.meta.url);
const fromRepository = (path: string): string => fileURLToPath(new URL(path, repository));

/** Data whose core and trivial tokens are known, in a few draws that a figure can be compared over. */
export interface LabelledData {
  readonly title: string;
  readonly plugin: string;
  /** How the labels come about, for the page. */
  readonly labels: string;
  readonly annotator: string;
  /** Held-out data, by the name of the draw. */
  readonly draws: Readonly<Record<string, object>>;
  /** What a model of its own is fine-tuned on. */
  readonly training: object;
}

export const wordProblems: LabelledData = {
  title: 'word problems',
  plugin: fromRepository('examples/word-problems/generator/dataset.ts'),
  labels: 'by construction: equations and answers are core, every other character is wording',
  annotator: 'generated-labels',
  draws: Object.fromEntries(
    [1, 2, 3].map((seed) => [
      `data seed ${seed}`,
      { name: 'word-problems', seed, count: 40, split: 'held-out', references: 6 },
    ]),
  ),
  training: {
    name: 'reference-slice',
    ...{ of: { name: 'word-problems', count: 240, split: 'train' }, to: 1 },
  },
};

const people = {
  name: 'reference-slice',
  of: { name: 'e2e-nlg', split: 'test' },
  atLeast: 6,
  to: 6,
  count: 120,
  seed: 0,
};

export const e2e: LabelledData = {
  title: 'E2E',
  plugin: fromRepository('examples/e2e-nlg/dataset.ts'),
  labels: 'by agreement: a word is core that at least 80 % of the other five people wrote too',
  annotator: 'reference-agreement',
  draws: { all: people },
  training: {
    name: 'reference-slice',
    ...{ of: { name: 'e2e-nlg', split: 'dev' }, atLeast: 1, to: 1, count: 240, seed: 0 },
  },
};

export const bundledModel = fromRepository('examples/word-problems/model');
