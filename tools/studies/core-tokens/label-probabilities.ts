import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabelledProbabilities } from '@profit-sft/annotators';
import type { SpanLabel } from '@profit-sft/core';
import type { LabelledData } from './labelled-data.js';
import { profitCommand } from './profit-command.js';

/** A response's labelled tokens, and the prompt that it answers. */
export interface LabelledResponse extends LabelledProbabilities {
  /** Equal for responses to one prompt of one draw, which are not independent. */
  readonly prompt: string;
  readonly draw: string;
}

/** A line of what `profit annotate` writes. */
interface AnnotationLine {
  readonly row: number;
  readonly tokens?: { readonly label: readonly (SpanLabel | null)[]; readonly probability: readonly number[] };
}

/** Every labelled token of the data with its probability under a model, by `profit annotate`. */
export async function labelProbabilities(
  data: LabelledData,
  model: string,
  folder: string,
): Promise<LabelledResponse[]> {
  const responses: LabelledResponse[] = [];
  for (const [draw, reference] of Object.entries(data.draws)) {
    const output = join(folder, `${data.title} ${draw}.jsonl`);
    await profitCommand([
      ...['annotate', '--data', JSON.stringify(reference), '--plugin', data.plugin, '--annotator', data.annotator],
      ...['--output', output, '--model', model, '--permutations', '1', '--json'],
    ]);
    const [, ...lines] = readFileSync(output, 'utf8').trim().split('\n');
    for (const line of lines) {
      const { row, tokens } = JSON.parse(line) as AnnotationLine;
      if (tokens === undefined) continue;
      const labelled = tokens.label.map((_, index) => index).filter((index) => tokens.label[index] !== null);
      responses.push({
        ...{ draw, prompt: `${draw} ${row}` },
        labels: labelled.map((index) => tokens.label[index] as SpanLabel),
        probabilities: labelled.map((index) => tokens.probability[index]),
      });
    }
  }
  return responses;
}
