import type { Json } from '@profit-sft/core';

/** Why an instruction cannot be graded: its arguments in the data set are missing or of the wrong kind. */
export class InstructionProblem extends Error {}

/** How a count is compared with a number. */
export type CountRelation = 'less than' | 'at least';

/** Whether `count` has the relation to `threshold`. */
export function compareCount(count: number, relation: CountRelation, threshold: number): boolean {
  return relation === 'less than' ? count < threshold : count >= threshold;
}

/**
 * The `kwargs` of one instruction. The official checker draws a missing argument at random, which grades against something
 * that the prompt does not ask for; here it is a problem. A null counts as missing, as where one table holds all columns.
 */
export class InstructionArguments {
  readonly #id: string;
  readonly #values: { readonly [key: string]: Json };

  constructor(id: string, values: Json) {
    if (typeof values !== 'object' || values === null || Array.isArray(values)) {
      throw new InstructionProblem(`${id}: its kwargs are not an object`);
    }
    this.#id = id;
    this.#values = values as { readonly [key: string]: Json };
  }

  /** A whole number from `minimum` on. */
  count(name: string, minimum = 0): number {
    const value = this.#value(name);
    if (typeof value === 'number' && Number.isInteger(value) && value >= minimum) return value;
    return this.refuse(name, `a whole number of at least ${minimum}`);
  }

  /** Text that holds something else than white space. */
  text(name: string): string {
    const value = this.#value(name);
    return typeof value === 'string' && value.trim() !== '' ? value : this.refuse(name, 'text');
  }

  /** At least one text. */
  texts(name: string): readonly string[] {
    const value = this.#value(name);
    const texts = Array.isArray(value) ? (value as readonly Json[]) : [];
    if (texts.length > 0 && texts.every((text) => typeof text === 'string' && text !== '')) {
      return texts as readonly string[];
    }
    return this.refuse(name, 'a list of texts');
  }

  relation(name: string): CountRelation {
    const value = this.#value(name);
    return value === 'less than' || value === 'at least' ? value : this.refuse(name, '"less than" or "at least"');
  }

  /** @throws InstructionProblem */
  refuse(name: string, expected: string): never {
    const value = this.#value(name);
    const got = value === undefined ? 'it is missing' : `it is ${JSON.stringify(value).slice(0, 60)}`;
    throw new InstructionProblem(`${this.#id}: ${name} must be ${expected}, ${got}`);
  }

  #value(name: string): Json | undefined {
    return Object.hasOwn(this.#values, name) ? (this.#values[name] ?? undefined) : undefined;
  }
}
