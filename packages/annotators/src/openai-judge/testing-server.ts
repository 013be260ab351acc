import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface AskedRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: {
    readonly model: string;
    readonly temperature: number;
    readonly max_tokens?: number;
    readonly max_completion_tokens?: number;
    readonly response_format?: { readonly type: string };
    readonly messages: readonly { readonly role: string; readonly content: string }[];
  };
  /** When it came, in milliseconds. */
  readonly at: number;
}

/** Answers one request; `index` counts all of them. */
export type Respond = (response: ServerResponse, request: AskedRequest, index: number) => void;

export interface ChatServer {
  readonly baseUrl: string;
  readonly requests: AskedRequest[];
  close(): Promise<void>;
}

async function read(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

/** An HTTP server on this machine that speaks as the chat completions API is documented to, or breaks off. */
export async function chatServer(respond: Respond): Promise<ChatServer> {
  const requests: AskedRequest[] = [];
  const server = createServer((incoming, response) => {
    void read(incoming).then((text) => {
      const request: AskedRequest = {
        path: `${incoming.method} ${incoming.url}`,
        authorization: incoming.headers.authorization,
        body: JSON.parse(text) as AskedRequest['body'],
        at: performance.now(),
      };
      requests.push(request);
      respond(response, request, requests.length - 1);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export function reply(
  response: ServerResponse,
  content: unknown,
  usage: object | undefined = { prompt_tokens: 100, completion_tokens: 10 },
  finish = 'stop',
): void {
  response.setHeader('content-type', 'application/json');
  const choices = [{ index: 0, finish_reason: finish, message: { role: 'assistant', content } }];
  response.end(JSON.stringify({ id: 'x', object: 'chat.completion', choices, usage }));
}

export function refuse(
  response: ServerResponse,
  status: number,
  error: { readonly message: string; readonly code?: string },
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ error }));
}
