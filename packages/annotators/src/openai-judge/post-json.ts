/** A request without a usable reply: the connection broke, or nothing came in time. */
export class NoReplyError extends Error {
  /** Whether the server may have worked on it. */
  readonly sent: boolean;

  constructor(message: string, sent: boolean, options?: { cause?: unknown }) {
    super(message, options);
    this.sent = sent;
  }
}

export interface HttpReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** No answer of a judge is that long; a server that does not end is stopped here. */
const longestReply = 8 * 2 ** 20;

/** What Node's fetch says is "fetch failed"; the reason is its cause. */
function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: string; message?: string; errors?: { code?: string }[] } };
  return cause?.code ?? cause?.errors?.[0]?.code ?? cause?.message ?? (error as Error).message;
}

/** Names that say that no connection came about. */
const notConnected = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    const piece = chunk as Uint8Array;
    bytes += piece.length;
    if (bytes > longestReply) throw new Error(`the reply is longer than ${longestReply} bytes`);
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}

/**
 * Posts JSON and reads the whole reply, of any status. Redirects are not followed.
 *
 * @param timeout for all of it, in seconds
 * @throws NoReplyError
 */
export async function postJson(
  url: string,
  body: unknown,
  options: {
    readonly headers: Readonly<Record<string, string>>;
    readonly timeout: number;
    readonly signal: AbortSignal | undefined;
  },
): Promise<HttpReply> {
  const { headers, timeout, signal } = options;
  const inTime = AbortSignal.timeout(Math.ceil(1000 * timeout));
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: signal === undefined ? inTime : AbortSignal.any([signal, inTime]),
    });
    return { status: response.status, headers: response.headers, text: await readText(response) };
  } catch (error) {
    signal?.throwIfAborted();
    if (inTime.aborted) throw new NoReplyError(`no reply within ${timeout} s`, true, { cause: error });
    const reason = reasonOf(error);
    throw new NoReplyError(`no reply (${reason})`, !notConnected.test(reason), { cause: error });
  }
}
