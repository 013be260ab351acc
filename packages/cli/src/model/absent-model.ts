import { ProfitError, type EvaluationContext, type Example, type FrozenModel, type Tokenizer } from '@profit-sft/core';

/** Stands where no model was opened: whatever an evaluator asks of it is refused. */
function refusing<T extends object>(evaluator: string, what: string): T {
  return new Proxy({} as T, {
    get() {
      const message = `evaluator ${evaluator} needs ${what}, and --regrade opens none: it grades answers that a file holds. Run it with --model`;
      throw new ProfitError('config', message);
    },
  });
}

/** For grading without a model: it neither writes nor tokenises nor scores. */
export function absentModel(evaluator: string): Pick<EvaluationContext, 'model' | 'tokenizer' | 'examples'> {
  return {
    model: refusing<FrozenModel>(evaluator, 'a model'),
    tokenizer: refusing<Tokenizer>(evaluator, 'a model with its tokenizer'),
    examples: refusing<readonly Example[]>(evaluator, 'a model that scores'),
  };
}
