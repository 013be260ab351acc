import { setTimeout as sleep } from 'node:timers/promises';
import { AnnotationError } from '@profit-sft/core';
import type { ApiKey } from './api-key.js';
import { JudgeError } from './judge-error.js';
import type { JudgeOptions } from './judge-options.js';
import { NoReplyError, postJson, type HttpReply } from './post-json.js';
import { RequestPace } from './request-pace.js';
import { readReply, serverComplaint } from './read-reply.js';
import { responseFormats } from './response-format.js';
import { backoff, retryAfter } from './retry-delay.js';
import type { Spending, TokenUse } from './spending.js';

export interface ChatMessage {
  readonly role: 'system' | 'user';
  readonly content: string;
}

/** A server that asks for a longer wait than this, in milliseconds, is left alone. */
const longestWait = 10 * 60_000;

/** One reply that may be better the next time. */
interface Failure {
  readonly message: string;
  /** How long the server asks to wait, in milliseconds. */
  readonly wait?: number | undefined;
  readonly cause?: unknown;
}

/** At least as many tokens as the text has: three bytes of UTF-8 per token are fewer than any text has on average. */
const estimatedTokens = (text: string): number => Math.ceil(Buffer.byteLength(text) / 3);

/** Asks an OpenAI-compatible server for chat completions (`POST /chat/completions`), within its limits and ours. */
export class ChatClient {
  readonly #options: JudgeOptions;
  readonly #key: ApiKey;
  readonly #spending: Spending;
  readonly #pace: RequestPace;
  readonly #backoffBase: number;
  /** What the server was found to refuse. */
  #format: JudgeOptions['responseFormat'];
  #lengthKey: 'max_tokens' | 'max_completion_tokens' = 'max_tokens';
  #reached = false;

  /** @param backoffBase the first wait between two tries, in milliseconds */
  constructor(options: JudgeOptions, key: ApiKey, spending: Spending, backoffBase = 500) {
    this.#options = options;
    this.#key = key;
    this.#spending = spending;
    this.#pace = new RequestPace(options);
    this.#backoffBase = backoffBase;
    this.#format = options.responseFormat;
  }

  /**
   * The text of the answer.
   *
   * @throws AnnotationError when this request has no usable answer
   * @throws JudgeError when no request will have one
   */
  async complete(messages: readonly ChatMessage[], signal: AbortSignal | undefined): Promise<string> {
    const most: TokenUse = {
      promptTokens: messages.reduce((sum, { content }) => sum + estimatedTokens(content) + 8, 0),
      completionTokens: this.#options.maxTokens,
    };
    for (let retry = 0; ; retry++) {
      const result = await this.#ask(messages, most, signal);
      if (typeof result === 'string') return result;
      if (retry >= this.#options.maxRetries) throw this.#exhausted(result, retry + 1);
      if (result.wait === undefined) await sleep(backoff(retry, this.#backoffBase), undefined, { signal });
      else this.#pace.pause(result.wait);
    }
  }

  /** One request: its answer, or why it has none yet. What the server refuses of the request's form is left out and asked again. */
  async #ask(
    messages: readonly ChatMessage[],
    most: TokenUse,
    signal: AbortSignal | undefined,
  ): Promise<string | Failure> {
    for (;;) {
      await this.#pace.turn(most.promptTokens + most.completionTokens, signal);
      const reserved = await this.#spending.reserve(most);
      let used: TokenUse = { promptTokens: 0, completionTokens: 0 };
      const [format, lengthKey] = [this.#format, this.#lengthKey];
      try {
        const body = {
          model: this.#options.model,
          messages,
          temperature: 0,
          [lengthKey]: this.#options.maxTokens,
          ...responseFormats[format],
        };
        const { timeout, baseUrl } = this.#options;
        const settings = { headers: this.#key.headers(), timeout, signal };
        const reply = await postJson(`${baseUrl}/chat/completions`, body, settings);
        this.#reached = true;
        const text = this.#key.redact(reply.text);
        if (reply.status < 200 || reply.status > 299) {
          if (this.#adapt({ ...reply, text }, format, lengthKey)) continue;
          return this.#refused({ ...reply, text });
        }
        const read = readReply(text);
        used = read.use ?? { promptTokens: most.promptTokens, completionTokens: estimatedTokens(read.answer ?? '') };
        if (read.answer !== undefined) return read.answer;
        if (read.again) return { message: read.problem };
        throw new AnnotationError(`judge ${this.#where()}: ${read.problem}`);
      } catch (error) {
        if (!(error instanceof NoReplyError)) throw error;
        // It may have been worked on, and be charged.
        if (error.sent) used = { promptTokens: most.promptTokens, completionTokens: 0 };
        return { message: error.message, cause: error };
      } finally {
        this.#spending.settle(reserved, most, used);
        this.#pace.correct(used.promptTokens + used.completionTokens - (most.promptTokens + most.completionTokens));
      }
    }
  }

  #where(): string {
    return `"${this.#options.model}" at ${this.#options.baseUrl}`;
  }

  /** Whether the request is to be sent in another form. */
  #adapt(
    { status, text }: HttpReply,
    format: JudgeOptions['responseFormat'],
    lengthKey: 'max_tokens' | 'max_completion_tokens',
  ): boolean {
    if (status !== 400 && status !== 422) return false;
    if (lengthKey === 'max_tokens' && text.includes('max_completion_tokens')) {
      this.#lengthKey = 'max_completion_tokens';
      return true;
    }
    if (format === 'none' || !/response_format|json_schema|json_object/.test(text)) return false;
    // Requests that were under way together take one step together.
    if (this.#format === format) this.#format = format === 'json_schema' ? 'json_object' : 'none';
    return true;
  }

  /** What a status other than success means: a failure to try again after, or an error. */
  #refused({ status, headers, text }: HttpReply): Failure {
    const { code, message } = serverComplaint(text);
    const said = message === '' ? '' : `: ${message}`;
    const { variable } = this.#key;
    const fail = (what: string): never => {
      throw new JudgeError(`judge ${this.#where()} ${what}`, { status });
    };
    if (status === 401 || status === 403) {
      // What the server says of a wrong key may hold parts of it.
      const hint =
        variable === undefined
          ? 'Set apiKeyEnvironmentVariable to the name of the environment variable that holds the key'
          : Object.keys(this.#key.headers()).length === 0
            ? `The environment variable ${variable} is not set; put the key there`
            : `Check the key in the environment variable ${variable}, and that it may use this model`;
      return fail(`refuses the API key (HTTP ${status}). ${hint}.`);
    }
    if (status === 404 || code === 'model_not_found') {
      return fail(
        `is not there (HTTP ${status})${said}. Check model, and that baseUrl is the API's root (often it ends in /v1).`,
      );
    }
    if (status === 429 && code === 'insufficient_quota') {
      return fail(`has no quota left (HTTP 429)${said}. Answers that came are kept; run again when there is quota.`);
    }
    if (status === 408 || status === 409 || status === 429 || status >= 500) {
      const wait = retryAfter(headers, Date.now());
      if (wait !== undefined && wait > longestWait) {
        const seconds = Math.ceil(wait / 1000);
        return fail(`asks to wait ${seconds} s (HTTP ${status}). Run again later: answers that came are kept.`);
      }
      return { message: `HTTP ${status}${said}`, wait };
    }
    if (status === 400 || status === 413 || status === 422) {
      throw new AnnotationError(`judge ${this.#where()} refuses the request (HTTP ${status})${said}`);
    }
    return fail(`answers with HTTP ${status}${said}. Check that baseUrl is the API's root.`);
  }

  #exhausted({ message, cause }: Failure, requests: number): Error {
    const counted = requests === 1 ? '1 request' : `${requests} requests`;
    if (!this.#reached) {
      const hint = 'Check baseUrl, and that the server runs and can be reached from here.';
      return new JudgeError(`judge ${this.#where()} cannot be reached, ${counted}: ${message}. ${hint}`, { cause });
    }
    return new AnnotationError(`judge ${this.#where()} gave no usable reply to ${counted}; the last: ${message}`, {
      cause,
    });
  }
}
