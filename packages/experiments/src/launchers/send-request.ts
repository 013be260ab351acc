import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

export interface Reply {
  readonly status: number;
  readonly text: string;
}

/** No answer about one job is that long; a server that does not end is stopped here. */
const longestReply = 8 * 2 ** 20;

/**
 * One HTTP request with a JSON body. By `node:http`: the headers of Node's `fetch` look like a browser's, and Ray refuses what changes something
 * from browsers (405).
 */
export function sendRequest(
  method: 'GET' | 'POST',
  url: string,
  body: unknown,
  timeoutMilliseconds: number,
): Promise<Reply> {
  const text = body === undefined ? '' : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const start = url.startsWith('https:') ? httpsRequest : httpRequest;
    const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) };
    const request = start(url, {
      method,
      headers: body === undefined ? {} : headers,
      signal: AbortSignal.timeout(timeoutMilliseconds),
    });
    request.once('error', reject);
    request.once('response', (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > longestReply) response.destroy(new Error(`the reply is longer than ${longestReply} bytes`));
        else chunks.push(chunk);
      });
      response.once('error', reject);
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    request.end(text);
  });
}
