import type { CatalogueEntry } from './catalogue-entry.js';

const converted = 'refs/convert/parquet';
const choices = 'multiple choice: a question with options in other columns, for the evaluator of the same name';

/**
 * The benchmarks of the paper (arXiv 2601.09195, appendix F) and sets to train on. Layouts and licences were taken from stored
 * copies of the cards and from memory, not checked against the Hub, so no commit is pinned.
 */
export const catalogue = [
  {
    name: 'gsm8k',
    repository: 'openai/gsm8k',
    config: 'main',
    splits: { train: 'main/train-*.parquet', test: 'main/test-*.parquet' },
    mainSplit: 'test',
    columns: { prompt: 'question', completion: 'answer' },
    use: 'benchmark',
    licence: 'MIT',
    source: 'arXiv 2110.14168',
    note: 'train on the split train only',
  },
  {
    name: 'math-500',
    repository: 'HuggingFaceH4/MATH-500',
    splits: { test: 'test.jsonl' },
    mainSplit: 'test',
    columns: { prompt: 'problem', completion: 'solution' },
    use: 'benchmark',
    licence: 'not stated on its card as far as known; MATH itself is MIT',
    source: 'arXiv 2305.20050, 500 problems of MATH (arXiv 2103.03874)',
    note: 'the bare answer is in the column answer',
  },
  {
    name: 'aime24',
    repository: 'HuggingFaceH4/aime_2024',
    splits: { train: 'data/train-*.parquet' },
    mainSplit: 'train',
    columns: { prompt: 'problem', completion: 'answer' },
    use: 'benchmark',
    licence: 'not stated on its card as far as known; the problems are the MAA’s',
    source: 'AIME 2024 I and II, 30 problems',
    note: 'a benchmark, although its only split is called train',
  },
  {
    name: 'ifeval',
    repository: 'google/IFEval',
    splits: { train: 'ifeval_input_data.jsonl' },
    mainSplit: 'train',
    use: 'benchmark',
    licence: 'Apache-2.0',
    source: 'arXiv 2311.07911',
    note: 'prompts with instructions to check and no answers: for an evaluator; a benchmark, although its only split is called train',
  },
  {
    name: 'arc-challenge',
    repository: 'allenai/ai2_arc',
    config: 'ARC-Challenge',
    splits: {
      train: 'ARC-Challenge/train-*.parquet',
      validation: 'ARC-Challenge/validation-*.parquet',
      test: 'ARC-Challenge/test-*.parquet',
    },
    mainSplit: 'test',
    columns: { prompt: 'question' },
    use: 'benchmark',
    licence: 'CC BY-SA 4.0',
    source: 'arXiv 1803.05457',
    note: choices,
  },
  {
    name: 'hellaswag',
    repository: 'Rowan/hellaswag',
    revision: converted,
    splits: {
      train: 'default/train/*.parquet',
      validation: 'default/validation/*.parquet',
      test: 'default/test/*.parquet',
    },
    mainSplit: 'validation',
    columns: { prompt: 'ctx' },
    use: 'benchmark',
    licence: 'MIT',
    source: 'arXiv 1905.07830',
    note: `${choices}; the labels of test are not public`,
  },
  {
    name: 'mmlu-pro',
    repository: 'TIGER-Lab/MMLU-Pro',
    splits: { test: 'data/test-*.parquet', validation: 'data/validation-*.parquet' },
    mainSplit: 'test',
    columns: { prompt: 'question' },
    use: 'benchmark',
    licence: 'MIT',
    source: 'arXiv 2406.01574',
    note: `${choices}; validation has the worked examples that its prompts need: read both splits with file`,
  },
  {
    name: 'gpqa-diamond',
    repository: 'Idavidrein/gpqa',
    config: 'gpqa_diamond',
    splits: { train: 'gpqa_diamond.csv' },
    mainSplit: 'train',
    columns: { prompt: 'Question' },
    use: 'benchmark',
    licence: 'CC BY 4.0, with the request not to publish its items as text',
    source: 'arXiv 2311.12022, 198 questions',
    gated: true,
    note: 'multiple choice: for the evaluator gpqa-diamond, which reads the columns Correct Answer and Incorrect Answer 1 to 3',
  },
  {
    name: 'humaneval',
    repository: 'openai/openai_humaneval',
    splits: { test: 'openai_humaneval/test-*.parquet' },
    mainSplit: 'test',
    columns: { prompt: 'prompt' },
    use: 'benchmark',
    licence: 'MIT',
    source: 'arXiv 2107.03374',
    note: 'programs to write, with tests: for the evaluator humaneval',
  },
  {
    name: 'infinity-instruct',
    repository: 'BAAI/Infinity-Instruct',
    config: '0625',
    splits: { train: '0625/*' },
    mainSplit: 'train',
    columns: { conversations: 'conversations', source: 'source' },
    use: 'training',
    licence: 'CC BY-SA 4.0',
    source: 'arXiv 2506.11116; the paper trains on 2,000 of its rows',
    gated: true,
    note: 'other configs: 3M, 7M, Gen, 7M_domains',
  },
  {
    name: 'alpaca',
    repository: 'tatsu-lab/alpaca',
    splits: { train: 'data/train-*.parquet' },
    mainSplit: 'train',
    columns: { instruction: 'instruction', input: 'input', output: 'output' },
    use: 'training',
    licence: 'CC BY-NC 4.0',
    source: 'github.com/tatsu-lab/stanford_alpaca',
  },
  {
    name: 'e2e-nlg',
    repository: 'tuetschek/e2e_nlg',
    revision: converted,
    splits: {
      train: 'default/train/*.parquet',
      validation: 'default/validation/*.parquet',
      test: 'default/test/*.parquet',
    },
    mainSplit: 'train',
    columns: { prompt: 'meaning_representation', references: 'human_reference' },
    groupBy: 'meaning_representation',
    use: 'training',
    licence: 'CC BY-SA 4.0',
    source: 'arXiv 1706.09254',
    note: 'several references per prompt',
  },
] as const satisfies readonly CatalogueEntry[];

export type CatalogueName = (typeof catalogue)[number]['name'];

/** The entry of a short name. */
export function findEntry(name: string): CatalogueEntry | undefined {
  return catalogue.find((entry) => entry.name === name);
}
