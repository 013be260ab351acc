import type { Study, StudyMetric } from './study.js';

const solved: StudyMetric = { name: 'solved.accuracy', title: 'problems solved', better: 'higher', share: true };
const heldOutNll: StudyMetric = { name: 'evalNll', title: 'held-out NLL', better: 'lower' };
const wordProblems = { title: 'The bundled model on word problems', metrics: [solved, heldOutNll] } as const;

const configs = 'examples/word-problems/studies';

/** The paper's questions that grids of runs answer; `core-tokens` is a comparison of its own. */
export const studies: readonly Study[] = [
  {
    name: 'rules',
    title: 'Rules',
    question:
      'Does ProFit (τ = 0.1) beat SFT, an entropy mask and DFT, and is it the choice of tokens that does it? Controls: as many tokens chosen at random as ProFit keeps, and SFT with its learning rate scaled by the share that ProFit keeps.',
    parts: [
      {
        ...wordProblems,
        name: 'word-problems',
        config: `${configs}/rules.json`,
        comparisons: [
          {
            question: 'Is it which tokens are kept, or how many?',
            of: { rule: 'profit' },
            with: { rule: 'random, as many as profit' },
          },
          {
            question: 'Is it the smaller step?',
            of: { rule: 'profit' },
            with: { rule: 'sft, rate × share that profit keeps' },
          },
        ],
      },
    ],
  },
  {
    name: 'threshold',
    title: 'Threshold',
    question: 'Which τ, and is it right to keep the probable tokens (p > τ) and not the improbable ones (p ≤ τ)?',
    parts: [{ ...wordProblems, name: 'word-problems', config: `${configs}/threshold.json` }],
  },
  {
    name: 'capacity',
    title: 'LoRA ranks and epochs',
    question:
      'Does what ProFit changes depend on how much is trained (LoRA of rank 4 to 64, all weights) and for how long (1 to 5 epochs)? Each row is compared with sft of the same rank, or the same number of epochs.',
    parts: [
      { ...wordProblems, name: 'word-problems-ranks', title: 'Ranks, word problems', config: `${configs}/ranks.json` },
      {
        ...wordProblems,
        name: 'word-problems-epochs',
        title: 'Epochs, word problems',
        config: `${configs}/epochs.json`,
      },
    ],
  },
];
