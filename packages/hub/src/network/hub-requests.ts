import { setTimeout as sleep } from 'node:timers/promises';
import { HubError } from '../hub-error.js';
import type { HubSettings } from '../hub-settings.js';

/** Longest that a server may ask us to wait, in milliseconds. */
const longestWait = 60_000;
/** Largest answer of the API, bytes: far above a page of 1,000 files. */
const largestAnswer = 64 * 1024 * 1024;

const isTransient = (status: number): boolean => [408, 425, 429, 500, 502, 503, 504].includes(status);

/** A URL for messages: without its query, which may carry a signature. */
export const shownUrl = (url: string): string => url.replace(/[?#].*$/s, '');

/** A failure after which the same request may succeed. */
export class TransientError extends Error {
  constructor(
    message: string,
    /** Milliseconds that the server asks for. */
    readonly wait: number | undefined,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? (error as Error).message;
}

function retryAfter(response: Response): number | undefined {
  const text = response.headers.get('retry-after');
  if (text === null) return undefined;
  // By the server's own clock where it says what that is: ours may be wrong.
  const now = Date.parse(response.headers.get('date') ?? '');
  const wait = /^\d+$/.test(text) ? 1000 * Number(text) : Date.parse(text) - (Number.isNaN(now) ? Date.now() : now);
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}

/** What a refusal means for the person who asked. */
function refusal(url: string, status: number, hasToken: boolean, code: string | null): HubError {
  const token = hasToken
    ? 'HF_TOKEN was sent; is it valid, and has its account accepted the terms on the page of the data set?'
    : 'if it is gated or private, accept its terms on its page and set HF_TOKEN';
  const meaning =
    status === 401 || status === 403
      ? `no access: ${token}`
      : status === 404
        ? `not found${code === null ? '' : ` (${code})`}. Is the name right? If it is private, set HF_TOKEN`
        : `the Hub answered ${status}`;
  return new HubError(`${shownUrl(url)}: ${meaning}`, { status });
}

/** A response whose content is still to come; `alive` is called for each piece of it, `end` after the last. */
export interface OpenResponse {
  readonly response: Response;
  alive(): void;
  end(): void;
}

/** Requests to the Hub, with its token, its patience, and errors that say what to do. */
export class HubRequests {
  constructor(
    private readonly settings: HubSettings,
    /** Called before a wait, with what went wrong and the milliseconds until the next attempt. */
    private readonly onRetry: (problem: string, wait: number) => void = () => undefined,
  ) {}

  /**
   * One attempt. The token goes to the endpoint only: fetch drops it where a redirect leads to another origin, which is
   * how content is served.
   *
   * @throws TransientError where another attempt may succeed, HubError where none will
   */
  async open(url: string, headers: Readonly<Record<string, string>> = {}): Promise<OpenResponse> {
    const { endpoint, timeout, token } = this.settings;
    const controller = new AbortController();
    const silence = (): void => controller.abort(new Error(`no answer for ${timeout / 1000} s`));
    let timer = setTimeout(silence, timeout);
    const end = (): void => clearTimeout(timer);
    const alive = (): void => {
      end();
      timer = setTimeout(silence, timeout);
    };
    const isOurs = new URL(url).origin === new URL(endpoint).origin;
    try {
      const response = await fetch(url, {
        signal: controller.signal,
        headers: {
          'user-agent': 'profit-sft',
          ...headers,
          ...(isOurs && token !== undefined ? { authorization: `Bearer ${token}` } : {}),
        },
      });
      alive();
      if (response.ok || response.status === 416) return { response, alive, end };
      end();
      await response.body?.cancel();
      const { status } = response;
      if (isTransient(status)) {
        throw new TransientError(`${shownUrl(url)}: the Hub answered ${status}`, retryAfter(response));
      }
      throw refusal(url, status, token !== undefined, response.headers.get('x-error-code'));
    } catch (error) {
      end();
      if (error instanceof HubError || error instanceof TransientError) throw error;
      throw new TransientError(`${shownUrl(url)}: ${reasonOf(error)}`, undefined, { cause: error });
    }
  }

  /** Waits before another attempt, or throws when there have been enough. */
  async pause(failures: number, error: TransientError): Promise<void> {
    const { attempts, endpoint, retryDelay } = this.settings;
    const wait = error.wait ?? retryDelay * 2 ** (failures - 1) * (1 + 0.25 * Math.random());
    if (failures >= attempts || wait > longestWait) {
      const after = wait > longestWait ? `it asks to wait ${Math.round(wait / 1000)} s` : `tried ${failures} times`;
      throw new HubError(
        `${error.message} (${after}). Is ${endpoint} reachable from here? What is in the cache can be used with --offline`,
        { cause: error },
      );
    }
    this.onRetry(error.message, wait);
    await sleep(wait);
  }

  /** A whole small answer; what `@huggingface/hub` is given as its `fetch`. */
  readonly fetch: typeof fetch = async (input, options) => {
    const url = String(input instanceof Request ? input.url : input);
    const headers = Object.fromEntries(new Headers(options?.headers));
    for (let failures = 1; ; failures++) {
      try {
        return await this.wholeAnswer(url, headers);
      } catch (error) {
        if (!(error instanceof TransientError)) throw error;
        await this.pause(failures, error);
      }
    }
  };

  private async wholeAnswer(url: string, headers: Readonly<Record<string, string>>): Promise<Response> {
    const { response, alive, end } = await this.open(url, headers);
    const chunks: Uint8Array[] = [];
    let size = 0;
    try {
      for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
        alive();
        size += chunk.length;
        if (size > largestAnswer) throw new HubError(`${shownUrl(url)}: answers with more than ${largestAnswer} bytes`);
        chunks.push(chunk);
      }
    } catch (error) {
      if (error instanceof HubError) throw error;
      throw new TransientError(`${shownUrl(url)}: ${reasonOf(error)}`, undefined, { cause: error });
    } finally {
      end();
    }
    return new Response(Buffer.concat(chunks), { status: response.status, headers: response.headers });
  }
}
