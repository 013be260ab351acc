export type Operator = '+' | '-' | '*' | '/';

/** `left operator right = result`, over non-negative integers; division is exact. */
export interface Equation {
  readonly left: number;
  readonly operator: Operator;
  readonly right: number;
  readonly result: number;
}

/** One step of the solution, with phrases that the references are worded from. None contains a digit. */
export interface Step extends Equation {
  /** Clauses that say why: `Tom buys more apples`. */
  readonly causes: readonly string[];
  /** Noun phrases for the result: `the apples after the shop`. */
  readonly quantities: readonly string[];
}

export interface StorySentence {
  readonly text: string;
  /** How many steps can be worked out once this sentence is read. */
  readonly stepsKnown: number;
}

/** A story with its solution, before any text of a solution is written. */
export interface Draft {
  readonly scenario: string;
  readonly story: readonly StorySentence[];
  readonly question: string;
  /** What is asked for, as noun phrases: `how many apples Tom has now`. */
  readonly goals: readonly string[];
  /** Sentences that state the result; `#` stands for the number. */
  readonly conclusions: readonly string[];
  readonly steps: readonly Step[];
}

/**
 * What a stretch of a reference is for. `equation` and `answer` are the core, which all references of a problem share;
 * `wording` could be said otherwise.
 */
export type SpanKind = 'equation' | 'answer' | 'wording';

/** Characters [start, end) of a reference, in UTF-16 code units. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly kind: SpanKind;
}

export interface Reference {
  readonly style: string;
  readonly text: string;
  /** Without gaps and in order; together they cover the text. */
  readonly spans: readonly Span[];
}

export interface Problem {
  readonly scenario: string;
  readonly prompt: string;
  readonly equations: readonly Equation[];
  readonly answer: number;
  /** Differently worded right solutions, best mixed: the first is of a random style. */
  readonly references: readonly Reference[];
}

export function answerOf(draft: Draft): number {
  return draft.steps[draft.steps.length - 1].result;
}

export function storyOf(draft: Draft): string {
  return [...draft.story.map((sentence) => sentence.text), draft.question].join(' ');
}
