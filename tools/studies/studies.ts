import type { Comparison, Study, StudyMetric } from './study.js';

const solved: StudyMetric = { name: 'solved.accuracy', title: 'problems solved', better: 'higher', share: true };
const heldOutNll: StudyMetric = { name: 'evalNll', title: 'held-out NLL', better: 'lower' };
const overlap: StudyMetric = { name: 'overlap.sentenceChrf', title: 'chrF, mean of texts', better: 'higher' };
const bleu: StudyMetric = { name: 'overlap.bleu', title: 'corpus BLEU', better: 'higher' };
const corpusChrf: StudyMetric = { name: 'overlap.chrf', title: 'corpus chrF', better: 'higher' };
const unseenNll: StudyMetric = { name: 'unseen.sequenceNll', title: 'NLL of unseen references', better: 'lower' };

const wordProblems = { title: 'The bundled model on word problems', metrics: [solved, heldOutNll] } as const;

const e2e = {
  title: 'stories260K on E2E NLG',
  metrics: [overlap, bleu, heldOutNll],
  data: ['models/stories260K/hf', 'sft/e2e_nlg'],
} as const;

const configs = 'examples/word-problems/studies';
const e2eConfigs = 'examples/e2e-nlg/studies';

/** Whether it is the choice of tokens that makes the difference. */
const controls: readonly Comparison[] = [
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
];

/** The paper's questions that grids of runs answer; `core-tokens` is a comparison of its own. */
export const studies: readonly Study[] = [
  {
    name: 'rules',
    title: 'Rules',
    question:
      'Does ProFit (τ = 0.1) beat SFT, an entropy mask and DFT, and is it the choice of tokens that does it? Controls: as many tokens chosen at random as ProFit keeps, and SFT with its learning rate scaled by the share that ProFit keeps.',
    parts: [
      { ...wordProblems, name: 'word-problems', config: `${configs}/rules.json`, comparisons: controls },
      {
        ...wordProblems,
        name: 'word-problems-rates',
        title: 'The same at half and twice the learning rate',
        config: `${configs}/learning-rates.json`,
      },
      { ...e2e, name: 'e2e', config: `${e2eConfigs}/rules.ts`, comparisons: controls },
    ],
  },
  {
    name: 'threshold',
    title: 'Threshold',
    question: 'Which τ, and is it right to keep the probable tokens (p > τ) and not the improbable ones (p ≤ τ)?',
    parts: [
      { ...wordProblems, name: 'word-problems', config: `${configs}/threshold.json` },
      { ...e2e, name: 'e2e', config: `${e2eConfigs}/threshold.ts` },
    ],
  },
  {
    name: 'references',
    title: 'References',
    question:
      'What does ProFit with one reference for each prompt give, against SFT with 1, 2, 3, 5 and 8? All take the same number of steps; with several references each epoch trains on the next one. Unseen references are answers to the prompts of the training data that no run trains on: their NLL measures how far a model is fitted to the wording of the references that it saw.',
    parts: [
      {
        ...wordProblems,
        name: 'word-problems',
        metrics: [solved, unseenNll, heldOutNll],
        config: `${configs}/references.json`,
      },
      {
        ...e2e,
        name: 'e2e',
        metrics: [overlap, bleu, corpusChrf, unseenNll, heldOutNll],
        config: `${e2eConfigs}/references.ts`,
      },
    ],
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
      { ...e2e, name: 'e2e-ranks', title: 'Ranks, E2E', config: `${e2eConfigs}/ranks.ts` },
      { ...e2e, name: 'e2e-epochs', title: 'Epochs, E2E', config: `${e2eConfigs}/epochs.ts` },
    ],
  },
];
