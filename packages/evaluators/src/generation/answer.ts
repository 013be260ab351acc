/** What a model wrote, or why it wrote nothing. A line of an answers file is one of these. */
export type Answer = {
  /** Row of the data set. */
  readonly row: number;
  /** Which of the row's answers, from 0. */
  readonly repeat: number;
  /** The prompt as text, before any chat template. */
  readonly prompt: string;
  /** Without special tokens, up to the first stop string. */
  readonly text: string;
  /** New tokens. */
  readonly tokens: number;
} & (
  | { readonly finishReason: 'stop' | 'length'; readonly seed: number }
  /** The model was not asked. */
  | { readonly finishReason: null; readonly problem: string }
);

/** Why the model was not asked, for the record of an answer; nothing where it was. */
export function problemOf(answer: Answer): { readonly [key: string]: string } {
  return answer.finishReason === null ? { problem: answer.problem } : {};
}
