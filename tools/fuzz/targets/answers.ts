import type { Evaluator, Json, Row } from '@profit-sft/core';
import { evaluators, gradeInstructions, type InstructionRow } from '@profit-sft/evaluators';
import { answerKinds, extractAnswer, gradeMathematics } from '@profit-sft/grading';
import fc, { type Arbitrary } from 'fast-check';
import { AnswerCache } from '../../../packages/annotators/src/openai-judge/answer-cache.js';
import { parseJudgeAnswer } from '../../../packages/annotators/src/openai-judge/judge-answer.js';
import { readReply, serverComplaint } from '../../../packages/annotators/src/openai-judge/read-reply.js';
import { codeOfAnswer } from '../../../packages/evaluators/src/humaneval/code-answer.js';
import { readHumanevalRow } from '../../../packages/evaluators/src/humaneval/humaneval-problem.js';
import { readInstructionRow } from '../../../packages/evaluators/src/ifeval/read-instruction-row.js';
import { readRows } from '../read-rows.js';
import { jsonInputs } from '../either.js';
import type { FuzzTarget } from '../fuzz-target.js';
import { mutatedBytes } from '../mutate-bytes.js';
import { textOf, writeInput } from '../write-input.js';
import { writingContext } from '../writing-context.js';

const reply = {
  id: 'x',
  choices: [
    {
      index: 0,
      finish_reason: 'stop',
      message: { role: 'assistant', content: '{"core": [[0, 2], [4, 4]]}', refusal: null },
    },
  ],
  usage: { prompt_tokens: 10, completion_tokens: 3 },
};
const complaint = { error: { message: 'no such model', code: 'model_not_found' } };

/** Texts put together from what answers are made of. */
const pieces = [
  ...[
    'the answer is ',
    '#### ',
    '\\boxed{',
    '}',
    '$',
    '\\frac{1}{2}',
    'A',
    '(B)',
    'Answer: C',
    '18',
    '-3.5',
    '1,000',
    ' ',
    '\n',
    '\n\n',
  ],
  ...[
    '```python\n',
    '```',
    'def f(x):\n',
    '    return 1\n',
    '*highlight*',
    '* point\n',
    '<<title>>',
    'P.S. ',
    '[name]',
    '***',
    '"',
    '{"a": 1}',
  ],
  ...[
    '\\sqrt{',
    '\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}',
    '(',
    ')',
    '[',
    ']',
    '^',
    '_',
    '\u00e9',
    '\ud83d\ude00',
    '\ud800',
    'Q:',
    'SECTION 1',
    '. ',
  ],
];
const answer: Arbitrary<Uint8Array> = fc.oneof(
  fc
    .array(fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...pieces) }, fc.string({ maxLength: 8 })), {
      maxLength: 40,
    })
    .map((parts) => new TextEncoder().encode(parts.join(''))),
  mutatedBytes([
    'So 3 + 4 = 7. The answer is \\boxed{7}.\n#### 7',
    '```python\ndef f(x):\n    return x\n```\n',
    '**Answer: (B)**',
    '* one\n* two\n\nP.S. three',
    '$x \\in [1, 2) \\cup \\{3\\}$',
  ]),
);

const choices = { choices: { text: ['a', 'b', 'c'], label: ['A', 'B', 'C'] }, answerKey: 'B' };
/** A row that each evaluator of written answers can grade. */
const rowOf: Readonly<Record<string, Row>> = {
  'exact-match': { prompt: 'q', completion: 'it is 7' },
  gsm8k: { prompt: 'q', completion: 'so #### 18' },
  math500: { prompt: 'q', completion: '\\boxed{\\frac{1}{2}}' },
  aime24: { prompt: 'q', completion: '204' },
  'gpqa-diamond': {
    prompt: 'q',
    metadata: {
      'Correct Answer': 'a',
      'Incorrect Answer 1': 'b',
      'Incorrect Answer 2': 'c',
      'Incorrect Answer 3': 'd',
    },
  },
  'arc-challenge-generation': { prompt: 'q', metadata: choices },
  'hellaswag-generation': {
    prompt: '',
    metadata: { activity_label: 'Doing', ctx_a: 'One', ctx_b: 'two', endings: ['a', 'b'], label: '1' },
  },
  'mmlu-pro': { prompt: 'q', metadata: { options: ['a', 'b', 'c'], answer: 'B', category: 'law' } },
};
const ifevalRow = {
  prompt: 'q',
  metadata: {
    key: 1,
    instruction_id_list: [
      'punctuation:no_comma',
      'keywords:existence',
      'length_constraints:number_words',
      'detectable_format:json_format',
      'startend:end_checker',
      'length_constraints:number_sentences',
      'detectable_format:number_bullet_lists',
      'language:response_language',
    ],
    kwargs: [
      {},
      { keywords: ['a', 'b'] },
      { relation: 'at least', num_words: 3 },
      {},
      { end_phrase: 'bye' },
      { relation: 'less than', num_sentences: 3 },
      { num_bullets: 2 },
      { language: 'en' },
    ],
  },
};
const humanevalRow = {
  prompt: 'def f(x):\n',
  metadata: { task_id: 'a', test: 'def check(candidate):\n    pass', entry_point: 'f' },
};

async function gradeBy(name: string, row: Row, text: string): Promise<void> {
  const plugin = evaluators.find((one) => one.pluginName === name);
  if (plugin === undefined) throw new Error(`there is no evaluator ${name}`);
  const options = name === 'mmlu-pro' ? { shots: 0 } : {};
  const evaluator = (plugin as unknown as (options: object) => Evaluator)(options);
  const { metrics } = await evaluator.evaluate(writingContext([row], text));
  if (!Object.values(metrics).every(Number.isFinite)) throw new Error('a metric that is no number');
}

const gradingTargets = Object.entries(rowOf).map(([name, row]): FuzzTarget => ({
  name: `answer-${name}`,
  reads: `answers, graded by \`${name}\``,
  source: 'packages/evaluators/src',
  inputs: answer,
  parse: (input) => gradeBy(name, row, textOf(input)),
}));

export const answerTargets: readonly FuzzTarget[] = [
  {
    name: 'judge-reply',
    times: 4,
    reads: 'replies of a judge’s server',
    source: 'packages/annotators/src/openai-judge/read-reply.ts',
    inputs: jsonInputs([reply, complaint]),
    parse(input) {
      const { answer: content } = readReply(textOf(input));
      serverComplaint(textOf(input));
      if (content !== undefined) parseJudgeAnswer(content, 6);
    },
  },
  {
    name: 'judge-cache',
    reads: 'kept answers of a judge',
    source: 'packages/annotators/src/openai-judge/answer-cache.ts',
    inputs: jsonInputs([{ answer: '{"core": [[0, 2]]}' }]),
    async parse(input, folder) {
      const found = await new AnswerCache(folder).read(writeInput(folder, 'answer.json', input));
      if (found !== undefined && typeof found !== 'string') throw new Error('an answer that is no text');
    },
  },
  {
    name: 'judge-answer',
    times: 4,
    reads: 'what a judge answers',
    source: 'packages/annotators/src/openai-judge/judge-answer.ts',
    inputs: jsonInputs([
      {
        core: [
          [0, 2],
          [4, 4],
        ],
      },
    ]),
    parse(input) {
      const core = parseJudgeAnswer(textOf(input), 6);
      if (core.length !== 6) throw new Error('labels for another number of words');
    },
  },
  ...gradingTargets,
  {
    name: 'answer-mathematics',
    reads: 'answers to mathematical problems, extracted and compared',
    source: 'packages/grading/src',
    inputs: answer,
    parse(input) {
      const text = textOf(input);
      for (const kind of answerKinds) extractAnswer(text, kind);
      gradeMathematics(text, '\\frac{1}{2}');
      gradeMathematics('\\boxed{x+1}', text.slice(0, 200));
    },
  },
  {
    name: 'answer-ifeval',
    reads: 'answers, graded by `ifeval`',
    source: 'packages/evaluators/src/ifeval',
    inputs: answer,
    parse: (input) => gradeInstructions(ifevalRow.metadata as unknown as InstructionRow, textOf(input)),
  },
  {
    name: 'answer-humaneval',
    times: 4,
    reads: 'programs in answers',
    source: 'packages/evaluators/src/humaneval/code-answer.ts',
    inputs: answer,
    parse: (input) => codeOfAnswer(textOf(input), { task: 'a', prompt: 'def f(x):\n', test: '', entryPoint: 'f' }),
  },
  {
    name: 'benchmark-rows',
    reads: 'rows of benchmarks',
    source: 'packages/evaluators/src',
    inputs: jsonInputs([ifevalRow, humanevalRow, ...Object.values(rowOf)]),
    async parse(input) {
      const [row] = readRows(input);
      readHumanevalRow(row);
      await readInstructionRow({ length: 1, row: () => row, origin: () => 'rows:1', fingerprint: '' }, 0);
      const metadata: Readonly<Record<string, Json>> = ('metadata' in row ? row.metadata : undefined) ?? {};
      const name =
        'Correct Answer' in metadata
          ? 'gpqa-diamond'
          : 'ctx_a' in metadata
            ? 'hellaswag-generation'
            : 'options' in metadata
              ? 'mmlu-pro'
              : 'choices' in metadata
                ? 'arc-challenge-generation'
                : 'math500';
      await gradeBy(name, row, 'Answer: A');
    },
  },
];
