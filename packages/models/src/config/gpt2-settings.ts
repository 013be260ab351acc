import type { ArchitectureSettings } from './architecture-settings.js';
import { counts, layerCounts, sizes } from './bounds.js';
import { shown, type KeyReader } from './key-reader.js';

/** Reads GPT-2's keys, with transformers' defaults. */
export function readGpt2Settings(config: KeyReader): ArchitectureSettings {
  refuseUnsupported(config);
  const hiddenSize = config.integer('n_embd', sizes);
  const heads = config.integer('n_head', sizes);
  if (hiddenSize % heads !== 0) {
    throw config.error('n_embd', `(${hiddenSize}) must be a multiple of n_head (${heads})`);
  }
  return {
    norm: 'layer',
    normPlacement: 'before',
    queryKeyNorm: 'none',
    positions: 'learned',
    feedForward: 'plain',
    parameterLayout: 'gpt2',
    hiddenSize,
    intermediateSize: config.integer('n_inner', sizes, 4 * hiddenSize),
    layers: config.integer('n_layer', layerCounts),
    attentionHeads: heads,
    keyValueHeads: heads,
    headSize: hiddenSize / heads,
    normEpsilon: config.number('layer_norm_epsilon', { minimum: 0, maximum: 1 }, 1e-5),
    ropeTheta: 10000,
    ropeScaling: undefined,
    tieEmbeddings: config.boolean('tie_word_embeddings', true),
    attentionBias: true,
    attentionOutputBias: true,
    mlpBias: true,
    maxPositions: config.integer('n_positions', counts, 1024),
    defaults: { beginId: 50256, endId: 50256 },
  };
}

function refuseUnsupported(config: KeyReader): void {
  const activation = config.string('activation_function', 'gelu_new');
  // transformers has the same function under both names.
  if (activation !== 'gelu_new' && activation !== 'gelu_pytorch_tanh') {
    throw config.error('activation_function', `is ${shown(activation)}, which is not supported; supported: gelu_new`);
  }
  if (!config.boolean('scale_attn_weights', true)) {
    throw config.error('scale_attn_weights', 'is false: attention without its scale is not supported');
  }
  for (const [key, what] of [
    ['scale_attn_by_inverse_layer_idx', 'attention scaled by layer'],
    ['add_cross_attention', 'cross-attention'],
  ]) {
    if (config.boolean(key, false)) throw config.error(key, `is true: ${what} is not supported`);
  }
}
