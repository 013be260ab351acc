/** Runs sequences together, one token more of each at a time, with whatever it keeps of the tokens before. */
export interface PromptDecoder {
  /**
   * Runs prompts, the shortest first, and puts them behind the sequences that are there. Logits [prompts, vocabularySize] of the token
   * that follows each, the caller's to change until the next call.
   */
  add(prompts: readonly Int32Array[]): Promise<Float32Array>;
  /** Runs the newest token of each sequence. Logits [sequences, vocabularySize] of the next, in the same way. */
  step(tokens: Int32Array): Promise<Float32Array>;
  /** Lets go of all sequences but these: the one at rows[i] is at row i from now on, where rows[i] is i or lies behind those kept. */
  keep(rows: readonly number[]): Promise<void>;
  release(): void;
}
