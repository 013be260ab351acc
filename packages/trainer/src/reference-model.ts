import { InvalidConfigError, type FrozenModel, type MaskingRule, type Tokenizer } from '@profit-sft/core';

/** A frozen model beside the trained one, with the same tokenizer. */
export interface ReferenceModel {
  /** Hash of its files: a cache of its scores is good for this very model. */
  readonly fingerprint: string;
  /** Its directory, for messages. */
  readonly name: string;
  readonly tokenizer: Tokenizer;
  /** `cached`: all data is scored once and the model closed; `online`: it scores every batch when it is due. */
  readonly mode: 'cached' | 'online';
  /** Where scores are kept from run to run. */
  readonly cacheDirectory: string;
  open(): Promise<FrozenModel>;
}

/**
 * Scores are by token, so both models have to split text alike.
 * @throws InvalidConfigError naming the rule and the first id that differs
 */
export function assertSameTokenizer(rule: MaskingRule, reference: ReferenceModel, tokenizer: Tokenizer): void {
  const refuse = (difference: string): never => {
    throw new InvalidConfigError(`masking rule "${rule.name}"`, [
      {
        path: 'reference.model',
        message: `${reference.name} has another tokenizer than the model: ${difference}. Its scores would be of other tokens`,
      },
    ]);
  };
  const other = reference.tokenizer;
  if (other.vocabularySize !== tokenizer.vocabularySize) {
    refuse(`${other.vocabularySize} token ids instead of ${tokenizer.vocabularySize}`);
  }
  for (let id = 0; id < tokenizer.vocabularySize; id++) {
    const [there, here] = [other.tokenText(id), tokenizer.tokenText(id)];
    if (there !== here) refuse(`id ${id} is ${JSON.stringify(there)} instead of ${JSON.stringify(here)}`);
  }
}
