import type { ModelConfig } from '@profit-sft/models';
import { codeBlocks } from '../docs/markdown-files.js';
import { keptProducts } from '@profit-sft/backend-onnxruntime';
import { attentionBlocks, type StepShape } from './program-flops.js';

/** What the formulas of docs/cost.md give for one step. */
export interface Costs {
  readonly parameters: number;
  readonly forward: number;
  readonly backward: number;
  readonly recomputation: number;
  readonly head: number;
  readonly state: number;
  readonly layerInputs: number;
  readonly layerActivations: number;
  readonly keptProducts: number;
  readonly keptLogProbs: number;
}

/** Evaluates the formulas that a page shows in its `js` blocks, so that a test holds the page itself to the programs. */
export function pageCosts(page: string, config: ModelConfig, step: StepShape): Costs {
  const tokens = step.batch * step.sequence;
  const blocks = attentionBlocks(config, step.batch, step.sequence);
  const pairs = blocks.map(({ rows, queries, keys }) => rows * queries * keys);
  const largest = blocks[pairs.indexOf(Math.max(...pairs))];
  const symbols = {
    A: pairs.reduce((sum, own) => sum + own, 0),
    blockQueries: largest.rows * largest.queries,
    blockKeys: largest.rows * largest.keys,
    blockPairs: Math.max(...pairs),
    L: config.layers,
    d: config.hiddenSize,
    H: config.attentionHeads,
    G: config.keyValueHeads,
    q: config.attentionHeads * config.headSize,
    k: config.keyValueHeads * config.headSize,
    f: config.intermediateSize,
    V: config.vocabularySize,
    tied: config.tieEmbeddings,
    queryKeyNorm: config.queryKeyNorm !== 'none',
    T: tokens,
    R: step.scored,
    K: step.kept,
    P: config.layers - keptProducts(config, tokens, step.activationMemoryBytes).first,
    keepsLogProbs: 4 * step.scored * config.vocabularySize <= step.headMemoryBytes,
  };
  const results = [
    ...['parameters', 'forward', 'backward', 'recomputation', 'head'],
    ...['state', 'layerInputs', 'layerActivations', 'keptProducts', 'keptLogProbs'],
  ];
  const body = `${codeBlocks(page, 'js').join('\n')}\nreturn { ${results.join(', ')} };`;
  const evaluate = new Function(...Object.keys(symbols), body) as (...values: unknown[]) => Costs;
  return evaluate(...Object.values(symbols));
}
