import type { MathJson } from '../expression/math-json.js';

/** One value, or an expression with names. */
export interface Scalar {
  readonly kind: 'scalar';
  readonly expression: MathJson;
  /** The unit in one spelling: `cm^2`, `°`. */
  readonly unit?: string;
  /** Whether a percent sign, or the word, follows. */
  readonly percent: boolean;
  /** The base of a numeral such as `52_8`; the expression is its value. */
  readonly base?: number;
  readonly source: string;
}

/** Words: a name, a direction, the letter of a choice; or what could not be parsed, as it stands. */
export interface Text {
  readonly kind: 'text';
  readonly source: string;
}

interface Members<Kind extends string> {
  readonly kind: Kind;
  readonly members: readonly Answer[];
}

/** `a, b, c` without brackets (`list`), in round or angle brackets (`tuple`), in braces (`set`). */
export type Collection = Members<'list'> | Members<'tuple'> | Members<'set'>;

/** Two bounds. `[1, 3]` is one; `(1, 3)` is read as a tuple, which is compared with intervals as the open one. */
export interface Interval {
  readonly kind: 'interval';
  readonly lower: Answer;
  readonly upper: Answer;
  readonly lowerOpen: boolean;
  readonly upperOpen: boolean;
}

export interface Union {
  readonly kind: 'union';
  readonly parts: readonly Answer[];
}

export interface Matrix {
  readonly kind: 'matrix';
  readonly rows: readonly (readonly MathJson[])[];
}

export type RelationOperator = '=' | '<' | '>' | '\\le' | '\\ge' | '\\ne' | '\\in';

/** `a < b \le c`: one more term than operators. */
export interface Relation {
  readonly kind: 'relation';
  readonly terms: readonly Answer[];
  readonly operators: readonly RelationOperator[];
}

export type Answer = Scalar | Text | Collection | Interval | Union | Matrix | Relation;

export const isKind = <Kind extends Answer['kind']>(
  answer: Answer,
  ...kinds: readonly Kind[]
): answer is Extract<Answer, { kind: Kind }> => (kinds as readonly string[]).includes(answer.kind);
