import { labelTokens } from '@profit-sft/annotators';
import { AnnotationError, NonFiniteError, type Example, type FrozenModel, type Tokenizer } from '@profit-sft/core';
import { encodeDataset, inlineDataset, packExamples } from '@profit-sft/datasets';
import type { DatasetResponse } from './annotation-items.js';
import type { AnnotatedTokens, AnnotationRecord } from './annotation-file.js';

export interface LabelledResponse {
  readonly record: AnnotationRecord;
  readonly source: DatasetResponse;
}

export interface TokenProbabilities {
  readonly tokens: ReadonlyMap<AnnotationRecord, AnnotatedTokens>;
  /** Responses whose tokens could not be labelled, and why. */
  readonly problems: readonly string[];
}

/** Tokens of labelled responses with their probabilities under a model, encoded as training encodes them. */
export async function tokenProbabilities(
  responses: readonly LabelledResponse[],
  { model, tokenizer }: { readonly model: FrozenModel; readonly tokenizer: Tokenizer },
  microBatchTokens: number,
  onProgress: (done: number, total: number) => void,
): Promise<TokenProbabilities> {
  const tokens = new Map<AnnotationRecord, AnnotatedTokens>();
  const problems: string[] = [];
  if (responses.length === 0) return { tokens, problems };
  const { rows, report } = await encodeDataset(inlineDataset(responses.map(({ source }) => source.scored)), tokenizer, {
    ...{ maxLength: model.description.maxPositions, tooLong: 'drop', allowEmpty: true },
  });
  if (report.dropped > 0) problems.push(`${report.dropped} responses are too long for the model`);
  const labelled: { example: Example; record: AnnotationRecord; labels: ReturnType<typeof labelTokens> }[] = [];
  for (const example of rows.flat()) {
    const { record } = responses[example.row];
    try {
      const labels = labelTokens(tokenizer, example.tokens, example.target, record.response, record.spans ?? []);
      labelled.push({ example, record, labels });
    } catch (error) {
      if (!(error instanceof AnnotationError)) throw error;
      problems.push(`${record.origin}, reference ${record.reference}: ${error.message}`);
    }
  }
  const probabilities = labelled.map(({ labels }) => new Float64Array(labels.length));
  let done = 0;
  const batches = packExamples(
    labelled.map(({ example }) => example),
    { maxTokens: microBatchTokens, packing: true },
  );
  for (const batch of batches) {
    const { length, sequence, position, logProb } = await model.score(batch, []);
    for (let token = 0; token < length; token++) {
      if (!Number.isFinite(logProb[token])) {
        const hint = 'The model directory may be damaged.';
        throw new NonFiniteError(`the probability of a token of ${labelled[sequence[token]].record.origin}`, { hint });
      }
      probabilities[sequence[token]][position[token]] = Math.exp(logProb[token]);
    }
    done += batch.rows;
    onProgress(Math.min(done, labelled.length), labelled.length);
  }
  labelled.forEach(({ record, labels }, index) =>
    tokens.set(record, {
      text: labels.map(({ text }) => text),
      label: labels.map(({ label }) => label ?? null),
      probability: Array.from(probabilities[index]),
    }),
  );
  return { tokens, problems };
}
