import { mkdtemp, writeFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tokenizer } from '@profit-sft/core';
import { openTokenizer } from '@profit-sft/tokenizers';

export const chatMl =
  "{% for message in messages %}{{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

interface TestTokenizer {
  /** `byte-level`: GPT-2's kind. `llama`: a space before every text, spaces as ▁, `<s>` at the start. */
  readonly kind: 'byte-level' | 'llama';
  readonly chatTemplate?: string;
  readonly endToken?: boolean;
}

const letters = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index));

function vocabulary(kind: TestTokenizer['kind'], merges: readonly [string, string][]): Record<string, number> {
  const blanks = kind === 'byte-level' ? ['Ġ', 'Ċ'] : ['▁', '\n'];
  const tokens = ['<unk>', '<s>', '</s>', ...blanks, ...letters, ...merges.map(([left, right]) => left + right)];
  return Object.fromEntries(tokens.map((token, id) => [token, id]));
}

/** Opens a small tokenizer of ASCII letters and a few merges, from files of the usual format. */
export async function openTestTokenizer({ kind, chatTemplate, endToken = true }: TestTokenizer): Promise<Tokenizer> {
  const space = kind === 'byte-level' ? 'Ġ' : '▁';
  const merges: [string, string][] = [
    ['a', 'b'],
    [space, 'y'],
    [space, space],
    ['o', 'k'],
    [`${space}y`, 'e'],
    [`${space}ye`, 's'],
  ];
  const vocab = vocabulary(kind, merges);
  const begin = { id: '<s>', ids: [1], tokens: ['<s>'] };
  const end = { id: '</s>', ids: [2], tokens: ['</s>'] };
  const special = (content: string, id: number): object => ({ id, content, special: true, normalized: false });
  const count = Object.keys(vocab).length;
  const json = {
    version: '1.0',
    added_tokens: [
      ...['<unk>', '<s>', '</s>'].map(special),
      special('<|im_start|>', count),
      special('<|im_end|>', count + 1),
    ],
    normalizer:
      kind === 'byte-level'
        ? null
        : {
            type: 'Sequence',
            normalizers: [
              { type: 'Prepend', prepend: '▁' },
              { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
            ],
          },
    pre_tokenizer: kind === 'byte-level' ? { type: 'ByteLevel', add_prefix_space: false, use_regex: true } : null,
    post_processor:
      kind === 'byte-level'
        ? null
        : {
            type: 'TemplateProcessing',
            // As some Llama derivatives do, an end token too, which must not end up behind a prompt.
            single: [
              { SpecialToken: { id: '<s>', type_id: 0 } },
              { Sequence: { id: 'A', type_id: 0 } },
              { SpecialToken: { id: '</s>', type_id: 0 } },
            ],
            pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
            special_tokens: { '<s>': begin, '</s>': end },
          },
    decoder:
      kind === 'byte-level'
        ? { type: 'ByteLevel' }
        : {
            type: 'Sequence',
            decoders: [
              { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
              { type: 'ByteFallback' },
              { type: 'Fuse' },
              { type: 'Strip', content: ' ', start: 1, stop: 0 },
            ],
          },
    model: { type: 'BPE', unk_token: '<unk>', fuse_unk: true, byte_fallback: false, vocab, merges },
  };
  const directory = await mkdtemp(join(tmpdir(), 'profit-datasets-'));
  await writeFile(join(directory, 'tokenizer.json'), JSON.stringify(json));
  await writeFile(
    join(directory, 'tokenizer_config.json'),
    JSON.stringify({
      ...(endToken ? { eos_token: chatTemplate === undefined ? '</s>' : '<|im_end|>' } : {}),
      ...(chatTemplate === undefined ? {} : { chat_template: chatTemplate }),
    }),
  );
  try {
    return await openTokenizer(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}
