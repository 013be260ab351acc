import { readFileSync } from 'node:fs';
import { openTokenizer } from '@profit-sft/tokenizers';
import fc, { type Arbitrary } from 'fast-check';
import { jsonInputs } from '../either.js';
import type { FuzzTarget } from '../fuzz-target.js';
import { mutatedBytes } from '../mutate-bytes.js';
import { emptyFolder, writeInput } from '../write-input.js';

const model = new URL('../../../examples/word-problems/model/', import.meta.url);
const published = JSON.parse(readFileSync(new URL('tokenizer.json', model), 'utf8')) as Record<string, unknown>;

/** Small enough that changes hit more than the vocabulary. */
const small = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: [
    { id: 6, content: '<s>', single_word: false, lstrip: false, rstrip: false, normalized: false, special: true },
    { id: 7, content: '</s>', single_word: false, lstrip: false, rstrip: true, normalized: true, special: true },
  ],
  normalizer: {
    type: 'Sequence',
    normalizers: [{ type: 'NFC' }, { type: 'Replace', pattern: { Regex: ' +' }, content: ' ' }],
  },
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
  post_processor: {
    type: 'TemplateProcessing',
    single: [{ SpecialToken: { id: '<s>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
    pair: [],
    special_tokens: { '<s>': { id: '<s>', ids: [6], tokens: ['<s>'] } },
  },
  decoder: { type: 'ByteLevel' },
  model: {
    type: 'BPE',
    dropout: null,
    unk_token: null,
    byte_fallback: false,
    vocab: { a: 0, b: 1, c: 2, ab: 3, abc: 4, Ġ: 5 },
    merges: ['a b', 'ab c'],
  },
};
const unigram = {
  ...small,
  pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
  decoder: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always' },
  model: {
    type: 'Unigram',
    unk_id: 0,
    vocab: [
      ['<unk>', 0],
      ['▁a', -1.5],
      ['b', -2],
    ],
    byte_fallback: false,
  },
};
const wordPiece = {
  ...small,
  normalizer: {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: {
    type: 'WordPiece',
    unk_token: 'a',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: { a: 0, '##b': 1 },
  },
};
const configuration = {
  bos_token: '<s>',
  eos_token: { content: '</s>', special: true },
  clean_up_tokenization_spaces: false,
  add_bos_token: true,
  tokenizer_class: 'GPT2Tokenizer',
  chat_template: [{ name: 'default', template: '{% for m in messages %}{{ m.content }}{% endfor %}' }],
};

const conversation = [
  { role: 'system', content: 'be brief' },
  { role: 'user', content: 'abc <s> \ud83d\ude00' },
  { role: 'assistant', content: 'ab' },
];

async function use(folder: string): Promise<void> {
  const tokenizer = await openTokenizer(folder, { now: () => new Date(0) });
  const ids = tokenizer.encode('abc  ab\n\ud83d\ude00');
  tokenizer.decode(ids);
}

/** Templates put together from what templates are made of, with loops that grow and names that reach for JavaScript. */
const words = [
  ...[
    'messages',
    'm',
    'loop',
    'ns',
    'x',
    'range',
    'none',
    'true',
    'tools',
    'add_generation_prompt',
    'bos_token',
    'namespace',
  ],
  ...[
    "'a'",
    '"b"',
    '0',
    '1',
    '1000000000',
    '-1',
    '2.5',
    '[]',
    '{}',
    "{'a': 1}",
    '[1, 2]',
    'constructor',
    '__proto__',
    'prototype',
  ],
];
const word = fc.constantFrom(...words);
const expression: Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    word,
    fc
      .tuple(
        tie('value'),
        fc.constantFrom('+', '-', '*', '/', '%', '~', '==', '<', 'in', 'and', 'or', 'is', 'not in'),
        tie('value'),
      )
      .map(([a, operator, b]) => `${a} ${operator} ${b}`),
    fc
      .tuple(
        tie('value'),
        fc.constantFrom(
          'length',
          'trim',
          'upper',
          'tojson',
          'list',
          'string',
          'int',
          'join',
          'sort',
          'items',
          'first',
          'safe',
          'reverse',
          "replace('a', x)",
          'indent(1000000000)',
          'tojson(indent=1000000000)',
          'map(attribute=x)',
          "selectattr('role')",
        ),
      )
      .map(([a, filter]) => `${a} | ${filter}`),
    fc.tuple(tie('value'), word).map(([a, name]) => `${a}.${name.replace(/\W/g, '')}`),
    fc.tuple(tie('value'), tie('value')).map(([a, b]) => `${a}[${b}]`),
    fc.tuple(tie('value'), tie('value')).map(([a, b]) => `${a}(${b})`),
    fc.tuple(tie('value'), tie('value')).map(([a, b]) => `(${a} if ${b} else ${a})`),
    tie('value').map((a) => `[${a}, ${a}]`),
  ),
})).value;
const block: Arbitrary<string> = fc.letrec<{ block: string }>((tie) => ({
  block: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    expression.map((value) => `{{ ${value} }}`),
    fc.string({ maxLength: 10 }),
    fc.tuple(expression, tie('block')).map(([value, body]) => `{% for m in ${value} %}${body}{% endfor %}`),
    tie('block').map((body) => `{% for x in range(100000) %}${body}{% endfor %}`),
    fc.tuple(expression, tie('block')).map(([value, body]) => `{% if ${value} %}${body}{% endif %}`),
    expression.map((value) => `{% set x = ${value} %}`),
    fc.constant('{% set x = x ~ x %}'),
    tie('block').map((body) => `{% macro f(x) %}${body}{{ f(x) }}{% endmacro %}{{ f(1) }}`),
    tie('block').map((body) => `{% generation %}${body}{% endgeneration %}`),
    fc.tuple(tie('block'), tie('block')).map(([a, b]) => `${a}${b}`),
  ),
})).block;
const templates = [
  "{%- for m in messages %}{{ '<|' ~ m['role'] ~ '|>' ~ m.content | trim }}{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}",
  "{% set ns = namespace(found=false, x='a') %}{% for m in messages %}{% set ns.x = ns.x ~ m.content %}{% if m.role == 'assistant' %}{% generation %}{{ m.content }}{% endgeneration %}{% endif %}{% endfor %}{{ ns.x }}",
  "{% set x = 'ab' %}{% for i in range(40) %}{% set x = x ~ x %}{% endfor %}{{ x }}",
  '{% macro f(a, b=1) %}{{ a }}{{ b }}{% endmacro %}{{ f(1) }}{{ messages | map(attribute="content") | join(", ") }}{{ strftime_now("%Y") }}{{ raise_exception("no") }}',
];

export const tokenizerTargets: readonly FuzzTarget[] = [
  {
    name: 'tokenizer',
    reads: '`tokenizer.json`',
    source: 'packages/tokenizers/src/open-tokenizer.ts',
    inputs: fc.oneof({ weight: 6, arbitrary: jsonInputs([small, unigram, wordPiece]) }, jsonInputs([published])),
    async parse(input, folder) {
      writeInput(folder, 'tokenizer.json', input);
      await use(folder);
    },
  },
  {
    name: 'tokenizer-config',
    reads: '`tokenizer_config.json`, `special_tokens_map.json`',
    source: 'packages/tokenizers/src/read-tokenizer-directory.ts',
    inputs: jsonInputs([configuration]),
    async parse(input, folder) {
      emptyFolder(folder);
      writeInput(folder, 'tokenizer.json', JSON.stringify(small));
      writeInput(folder, 'tokenizer_config.json', input);
      await use(folder);
      writeInput(folder, 'special_tokens_map.json', input);
      await use(folder);
    },
  },
  {
    name: 'chat-template',
    reads: 'chat templates, rendered',
    source: 'packages/tokenizers/src/chat-template.ts',
    inputs: fc.oneof(
      block.map((text) => new TextEncoder().encode(text)),
      mutatedBytes(templates),
    ),
    async parse(input, folder) {
      emptyFolder(folder);
      writeInput(folder, 'tokenizer.json', JSON.stringify(small));
      writeInput(folder, 'chat_template.jinja', input);
      const tokenizer = await openTokenizer(folder, { now: () => new Date(0) });
      tokenizer.encodeConversation(conversation);
    },
  },
];
