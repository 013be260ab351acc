import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BytePairEncoding } from './train-byte-pair-encoding.js';

/** Padding is 0, as in padded batches. */
export const specialTokens = { pad: '<pad>', begin: '<s>', end: '</s>' } as const;
export const specialTokenList = [specialTokens.pad, specialTokens.begin, specialTokens.end];
export const beginId = 1;
export const endId = 2;

/** The contents of a Hugging Face `tokenizer.json`. A text is encoded as `<s>` and its tokens. */
export function tokenizerJson({ tokens, merges }: BytePairEncoding): object {
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: specialTokenList.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Digits', individual_digits: true },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
      ],
    },
    post_processor: {
      type: 'TemplateProcessing',
      single: [{ SpecialToken: { id: specialTokens.begin, type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
      pair: [
        { SpecialToken: { id: specialTokens.begin, type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { Sequence: { id: 'B', type_id: 1 } },
      ],
      special_tokens: {
        [specialTokens.begin]: { id: specialTokens.begin, ids: [beginId], tokens: [specialTokens.begin] },
      },
    },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges,
    },
  };
}

/** The contents of `tokenizer_config.json`. There is no chat template: a prompt is continued as it stands. */
export function tokenizerConfig(maxPositions: number): object {
  return {
    tokenizer_class: 'PreTrainedTokenizerFast',
    bos_token: specialTokens.begin,
    eos_token: specialTokens.end,
    pad_token: specialTokens.pad,
    model_max_length: maxPositions,
    clean_up_tokenization_spaces: false,
  };
}

export async function writeTokenizer(
  directory: string,
  encoding: BytePairEncoding,
  maxPositions: number,
): Promise<void> {
  await writeFile(join(directory, 'tokenizer.json'), `${JSON.stringify(tokenizerJson(encoding))}\n`);
  await writeFile(
    join(directory, 'tokenizer_config.json'),
    `${JSON.stringify(tokenizerConfig(maxPositions), null, 2)}\n`,
  );
}
