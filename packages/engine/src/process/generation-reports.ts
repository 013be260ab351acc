import type { GenerateOptions, Generation } from '@profit-sft/core';
import type { FinishedPrompt, GenerationReport } from './protocol.js';
import type { StoppedPrompts } from './stopped-prompts.js';

/** Fewest milliseconds between two reports of a count; a tiny model decodes thousands of tokens in a second. */
const countInterval = 20;
/** Of tokens, which another process judges: while it does, the model runs on. */
const tokenInterval = 2;

/**
 * What the process of a model reports of a generation: the callbacks that it gives to its model. Whatever the steps since the last report
 * brought goes in one message, and a prompt that is finished at once.
 */
export class GenerationReports {
  private sent = -Infinity;
  private generated = 0;
  private prompts: number[] = [];
  private tokens: number[] = [];
  private finished: FinishedPrompt[] = [];
  private waiting = false;

  constructor(
    private readonly reportsTokens: boolean,
    private readonly stopped: StoppedPrompts,
    private readonly send: (report: Omit<GenerationReport, 'type' | 'call'>) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  readonly callbacks: Pick<GenerateOptions, 'until' | 'onFinished' | 'onProgress'> = {
    until: (prompt, token) => {
      if (this.reportsTokens) {
        this.prompts.push(prompt);
        this.tokens.push(token);
      }
      return this.stopped.has(prompt);
    },
    onFinished: (prompt: number, generation: Generation) => {
      this.finished.push({ prompt, generation });
      this.waiting = true;
    },
    // Behind each step.
    onProgress: (generated) => {
      this.generated = generated;
      this.waiting = true;
      const interval = this.reportsTokens ? tokenInterval : countInterval;
      if (this.finished.length > 0 || this.now() - this.sent >= interval) this.flush();
    },
  };

  /** Reports what has not been reported. */
  flush(): void {
    if (!this.waiting) return;
    const { generated, finished } = this;
    this.send({ generated, prompts: Int32Array.from(this.prompts), tokens: Int32Array.from(this.tokens), finished });
    this.prompts = [];
    this.tokens = [];
    this.finished = [];
    this.waiting = false;
    this.sent = this.now();
  }
}
