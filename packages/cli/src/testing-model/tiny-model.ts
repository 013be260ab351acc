import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '@profit-sft/core';
import { expectedParameters, readModelConfig, writeSafetensors } from '@profit-sft/models';

const specials = ['<unk>', '<s>', '</s>'];
const characters = ['\n', ...Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index))];

export interface TinyModelOptions {
  /** Rows of the embedding; default one per token of the tokenizer. */
  readonly vocabularySize?: number;
  /** Default 2. */
  readonly layers?: number;
  /** A Jinja chat template. */
  readonly chatTemplate?: string;
}

/** Writes a Llama of 6,000 random parameters with a tokenizer of single characters, as a Hugging Face directory. */
export async function writeTinyModel(directory: string, options: TinyModelOptions = {}): Promise<void> {
  mkdirSync(directory, { recursive: true });
  const tokens = [...specials, ...characters];
  const write = (name: string, content: unknown): void => writeFileSync(join(directory, name), JSON.stringify(content));
  write('config.json', {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    hidden_size: 16,
    intermediate_size: 32,
    num_hidden_layers: options.layers ?? 2,
    num_attention_heads: 2,
    num_key_value_heads: 1,
    head_dim: 8,
    hidden_act: 'silu',
    max_position_embeddings: 128,
    rms_norm_eps: 1e-5,
    rope_theta: 10_000,
    tie_word_embeddings: true,
    torch_dtype: 'float32',
    vocab_size: options.vocabularySize ?? tokens.length,
    bos_token_id: 1,
    eos_token_id: 2,
  });
  const special = (content: string, id: number) => ({
    id,
    content,
    special: true,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
  });
  write('tokenizer.json', {
    version: '1.0',
    added_tokens: specials.map(special),
    normalizer: null,
    pre_tokenizer: null,
    post_processor: {
      type: 'TemplateProcessing',
      single: [{ SpecialToken: { id: '<s>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
      pair: [],
      special_tokens: { '<s>': { id: '<s>', ids: [1], tokens: ['<s>'] } },
    },
    decoder: { type: 'Fuse' },
    model: {
      type: 'BPE',
      unk_token: '<unk>',
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges: [],
    },
  });
  const { chatTemplate } = options;
  write('tokenizer_config.json', {
    bos_token: '<s>',
    eos_token: '</s>',
    unk_token: '<unk>',
    ...(chatTemplate === undefined ? {} : { chat_template: chatTemplate }),
  });
  const random = createRandom(7, 'tiny model');
  const parameters = expectedParameters(await readModelConfig(directory));
  await writeSafetensors(
    join(directory, 'model.safetensors'),
    parameters.map(({ name, shape, kind }) => ({
      name,
      shape,
      dtype: 'F32' as const,
      data: Float32Array.from({ length: shape.reduce((product, size) => product * size, 1) }, () =>
        kind === 'norm' ? 1 : 0.1 * random.normal(),
      ),
    })),
  );
}

/** Rows of small sums, as JSON lines. */
export function sums(from: number, count: number): string {
  const rows = Array.from({ length: count }, (_, index) => {
    const [a, b] = [(from + index) % 10, Math.floor((from + index) / 10) % 10];
    return JSON.stringify({ prompt: `${a}+${b}=`, completion: String(a + b) });
  });
  return `${rows.join('\n')}\n`;
}
