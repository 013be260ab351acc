import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ProfitError } from '@profit-sft/core';
import { reportPage, reportSections, type RenderedSection, type ReportData } from '@profit-sft/report';

export interface LiveServerOptions {
  /** What is there now; called again and again. */
  readonly read: () => ReportData;
  /** A loopback address: the page has no password. */
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Plain text at the end of the page. */
  readonly footer: string;
  /** Milliseconds between two looks at the directory. Default 1000. */
  readonly interval?: number;
  /** Called when what is there could not be read; the page keeps what it showed. */
  readonly onProblem?: (error: Error) => void;
}

export interface LiveServer {
  readonly url: string;
  close(): Promise<void>;
}

interface Snapshot {
  readonly fingerprint: string;
  readonly data: ReportData;
  readonly sections: readonly (RenderedSection & { readonly hash: string })[];
}

/** Proxies and browsers close what is silent for long. */
const heartbeatMilliseconds = 15_000;

const hashOf = (html: string): string => createHash('sha256').update(html).digest('base64url').slice(0, 16);

/** Changes whenever a page would: rendering is the longer part. */
function fingerprint({ runs, missing }: ReportData): string {
  const states = runs.map(({ id, status, note, events, evaluations, commands, skippedLines }) => [
    ...[id, status, note, events.length, events.at(-1)?.step, skippedLines, commands.length],
    ...Object.keys(evaluations),
  ]);
  return JSON.stringify([states, missing]);
}

function rendered(data: ReportData): Snapshot {
  const sections = reportSections(data).map((section) => ({ ...section, hash: hashOf(section.html) }));
  return { fingerprint: fingerprint(data), data, sections };
}

/**
 * A page of another site can point its own name at this machine (DNS rebinding) and read what this server answers, but cannot change the
 * name that the browser asks for.
 */
function isOurs(request: IncomingMessage, port: number): boolean {
  const names = ['localhost', '127.0.0.1', '[::1]'];
  return names.some((name) => request.headers.host === `${name}:${port}`);
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'EADDRINUSE' ? 'is in use; choose another with --port' : `cannot be had (${error.message})`;
      reject(new ProfitError('config', `port ${port} of ${host} ${reason}`));
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

/**
 * Shows runs as they go: the report as a page whose sections are replaced as the runs' files grow. `/` is the page, `/events` tells by
 * server-sent events the hash of every section, `/sections/ID` gives one.
 *
 * @throws ProfitError for a port that cannot be had, and what the first `read` throws
 */
export async function startLiveServer(options: LiveServerOptions): Promise<LiveServer> {
  const { read, host, footer, interval = 1000, onProblem } = options;
  let snapshot = rendered(read());
  const listeners = new Set<ServerResponse>();
  const list = (): string =>
    `event: sections\ndata: ${JSON.stringify(snapshot.sections.map(({ id, hash }) => ({ id, hash })))}\n\n`;

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const send = (status: number, type: string, body: string): void => {
      response.writeHead(status, {
        'Content-Type': `${type}; charset=utf-8`,
        'Cache-Control': 'no-store',
        'X-Content-Type-Options': 'nosniff',
        'Cross-Origin-Resource-Policy': 'same-origin',
      });
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    if (!isOurs(request, boundPort)) return send(403, 'text/plain', 'This server answers to localhost only.\n');
    if (request.method !== 'GET' && request.method !== 'HEAD') return send(405, 'text/plain', 'GET only.\n');
    // Not by `URL`, which throws for what is none, such as `//`.
    const [pathname] = (request.url ?? '/').split('?');
    if (pathname === '/') return send(200, 'text/html', reportPage(snapshot.data, { footer, live: { hash: hashOf } }));
    if (pathname === '/events') {
      response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
      response.write(`retry: 1000\n${list()}`);
      listeners.add(response);
      response.once('close', () => listeners.delete(response));
      return;
    }
    const section = snapshot.sections.find(({ id }) => pathname === `/sections/${id}`);
    if (section === undefined) return send(404, 'text/plain', 'There is no such page.\n');
    send(200, 'text/html', section.html);
  };

  const server = createServer(answer);
  const boundPort = await listen(server, host, options.port);
  const look = setInterval(() => {
    try {
      const data = read();
      if (fingerprint(data) === snapshot.fingerprint) return;
      const before = JSON.stringify(snapshot.sections.map(({ hash }) => hash));
      snapshot = rendered(data);
      if (JSON.stringify(snapshot.sections.map(({ hash }) => hash)) === before) return;
      for (const listener of listeners) listener.write(list());
    } catch (error) {
      onProblem?.(error as Error);
    }
  }, interval);
  const heartbeat = setInterval(() => {
    for (const listener of listeners) listener.write(': still here\n\n');
  }, heartbeatMilliseconds);
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${boundPort}/`,
    async close() {
      clearInterval(look);
      clearInterval(heartbeat);
      for (const listener of listeners) listener.end();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
