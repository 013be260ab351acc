import { InvalidDataError, type Json } from '@profit-sft/core';
import { jsonl } from '@profit-sft/datasets';
import { gradeInstructions, type InstructionRow, type InstructionVerdict } from '@profit-sft/evaluators';

/** A response to a prompt of IFEval with our verdicts, and with others' where the file has them. */
export interface GradedResponse {
  readonly key: Json;
  readonly verdicts: readonly InstructionVerdict[];
  /** Verdicts that the file holds in `strict` and `loose`, one per instruction. */
  readonly given: { readonly strict: readonly Json[]; readonly loose: readonly Json[] } | undefined;
}

const list = (value: Json | undefined): readonly Json[] | undefined =>
  Array.isArray(value) ? (value as readonly Json[]) : undefined;

/** Grades a JSONL file of IFEval's fields and a `response` per line. */
export async function readResponses(path: string): Promise<GradedResponse[]> {
  const dataset = await jsonl({ path }).load();
  const graded: GradedResponse[] = [];
  for (let index = 0; index < dataset.length; index++) {
    const row = dataset.row(index);
    const metadata: Readonly<Record<string, Json>> = ('metadata' in row ? row.metadata : undefined) ?? {};
    const { key = null, response, instruction_id_list: ids, kwargs } = metadata;
    if (typeof response !== 'string' || list(ids) === undefined || list(kwargs) === undefined) {
      throw new InvalidDataError(
        dataset.origin(index),
        'needs "prompt", "response", "instruction_id_list" and "kwargs" to be graded',
      );
    }
    const instructions = { instruction_id_list: ids, kwargs } as unknown as InstructionRow;
    const [strict, loose] = [list(metadata.strict), list(metadata.loose)];
    graded.push({
      key,
      verdicts: await gradeInstructions(instructions, response),
      given: strict === undefined || loose === undefined ? undefined : { strict, loose },
    });
  }
  return graded;
}
