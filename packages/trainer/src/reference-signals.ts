import type {
  Example,
  FrozenModel,
  MaskingRule,
  ModelSignalName,
  TokenBatch,
  TokenDistributions,
  TokenSignals,
} from '@profit-sft/core';
import { packExamples } from '@profit-sft/datasets';
import { readCache, writeCache, type CachedSignals } from './reference-cache.js';
import type { ReferenceModel } from './reference-model.js';
import { referenceNeeds } from './signal-needs.js';

/** What a frozen reference model says of the tokens of a batch. */
export interface ReferenceSignals {
  /** `referenceLogProb` and `referenceMass`, as far as the rule needs them. */
  signalsOf(
    batch: TokenBatch,
    examples: readonly Example[],
  ): Promise<Pick<TokenSignals, 'referenceLogProb' | 'referenceMass'>>;
  /** The batch's whole distributions, for a second loss term towards them. */
  distributions(batch: TokenBatch): Promise<TokenDistributions>;
  close(): Promise<void>;
}

export interface ReferenceData {
  /** Every sequence that the run may train on or evaluate. */
  readonly examples: readonly Example[];
  /** Hash of them. */
  readonly fingerprint: string;
  readonly microBatchTokens: number;
  readonly packing: boolean;
  readonly onProgress?: (done: number, total: number) => void;
}

function named(signals: CachedSignals): Pick<TokenSignals, 'referenceLogProb' | 'referenceMass'> {
  return {
    ...(signals.logProb === undefined ? {} : { referenceLogProb: signals.logProb }),
    ...(signals.mass === undefined ? {} : { referenceMass: signals.mass }),
  };
}

/** Sequences packed together; bounds the time of packing, not the result. */
const packedTogether = 512;

/** Where each example's scored tokens begin in one long list of all of them. */
function offsetsOf(examples: readonly Example[]): { offsets: Map<Example, number>; tokens: number } {
  const offsets = new Map<Example, number>();
  let tokens = 0;
  for (const example of examples) {
    offsets.set(example, tokens);
    for (const target of example.target) tokens += target;
  }
  return { offsets, tokens };
}

async function scoreAll(
  model: FrozenModel,
  needs: readonly ModelSignalName[],
  { examples, microBatchTokens, packing, onProgress }: ReferenceData,
): Promise<CachedSignals> {
  const { offsets, tokens } = offsetsOf(examples);
  const all = Object.fromEntries(needs.map((name) => [name, new Float32Array(tokens)]));
  let done = 0;
  for (let first = 0; first < examples.length; first += packedTogether) {
    const part = examples.slice(first, first + packedTogether);
    for (const batch of packExamples(part, { maxTokens: microBatchTokens, packing })) {
      const signals = await model.score(batch, needs);
      for (let token = 0; token < signals.length; token++) {
        const at = (offsets.get(part[signals.sequence[token]]) as number) + signals.position[token];
        for (const name of needs) all[name][at] = (signals[name] as Float32Array)[token];
      }
      done += signals.length;
      onProgress?.(done, tokens);
    }
  }
  return all;
}

/**
 * Opens the reference model for a rule. In mode `cached` every sequence is scored once, or read from the disk where an
 * earlier run with the same model and data has done it, and the model is let go of, unless the rule needs whole
 * distributions, which are too large to keep.
 */
export async function openReferenceSignals(
  reference: ReferenceModel,
  rule: MaskingRule,
  data: ReferenceData,
): Promise<ReferenceSignals> {
  const needs = referenceNeeds(rule);
  const wholeDistributions = rule.distributionTerm?.towards === 'reference';
  let model: FrozenModel | undefined;
  const opened = async (): Promise<FrozenModel> => (model ??= await reference.open());
  const close = async (): Promise<void> => {
    await model?.dispose();
    model = undefined;
  };
  const distributions = async (batch: TokenBatch): Promise<TokenDistributions> => (await opened()).distributions(batch);

  if (reference.mode === 'online' || needs.length === 0) {
    await opened();
    return {
      signalsOf: async (batch) => (needs.length === 0 ? {} : named(await (await opened()).score(batch, needs))),
      distributions,
      close,
    };
  }
  const { offsets, tokens } = offsetsOf(data.examples);
  const key = { model: reference.fingerprint, data: data.fingerprint, signals: needs };
  let all = readCache(reference.cacheDirectory, key, tokens);
  if (all === undefined) {
    all = await scoreAll(await opened(), needs, data);
    writeCache(reference.cacheDirectory, key, all);
  }
  if (!wholeDistributions) await close();
  const cached = all;
  return {
    signalsOf: ({ scored }, examples) => {
      const picked = Object.fromEntries(
        needs.map((name) => [
          name,
          Float32Array.from({ length: scored.length }, (_, token) => {
            const offset = offsets.get(examples[scored.sequence[token]]) as number;
            return (cached[name] as Float32Array)[offset + scored.position[token]];
          }),
        ]),
      );
      return Promise.resolve(named(picked));
    },
    distributions,
    close,
  };
}
