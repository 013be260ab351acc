import { createHash } from 'node:crypto';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** A file of the served repository; in LFS it is known by its SHA-256 and served from another origin. */
export interface ServedFile {
  readonly content: Buffer | string;
  readonly lfs?: boolean;
}

/** What goes wrong with a request. */
export type Fault =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** The connection breaks after so many bytes of the content. */
  | { readonly breakAfter: number }
  /** Nothing more comes after so many bytes; 0: not even the head. */
  | { readonly stallAfter: number }
  /** The answer says nothing of its length and ends after so many bytes, as if it were whole. */
  | { readonly endAfter: number }
  | { readonly replace: Buffer }
  /** 200 with everything, although a part was asked for. */
  | { readonly ignoreRange: true };

export interface SeenRequest {
  readonly origin: 'hub' | 'content';
  /** With its query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

export interface LoopbackHub {
  readonly endpoint: string;
  readonly seen: SeenRequest[];
  /** The next requests whose URL contains `part` meet these, one each. */
  fail(part: string, ...faults: readonly Fault[]): void;
  /** Moves `main` to another commit. */
  publish(commit: string, files: Readonly<Record<string, ServedFile>>): void;
  /** Entries that the tree lists beside the files. */
  listAlso(entry: object): void;
  close(): Promise<void>;
}

export interface LoopbackOptions {
  readonly repository: string;
  readonly commit: string;
  readonly files: Readonly<Record<string, ServedFile>>;
  /** Only requests with this token are answered. */
  readonly token?: string;
  /** Entries per page of the tree. */
  readonly pageSize?: number;
}

const bytesOf = ({ content }: ServedFile): Buffer => Buffer.from(content);
const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
const gitBlob = (content: Buffer): string =>
  createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');

function listen(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<Server> {
  const server = createServer(handler);
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}
const originOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/**
 * A server that speaks the part of the Hub's HTTP interface that fetching a data set takes
 * (https://huggingface.co/docs/hub/api): revision, tree in pages, `resolve` with redirects of large files to another origin with a
 * signed URL, ranges; and whatever can go wrong.
 */
export async function startLoopbackHub(options: LoopbackOptions): Promise<LoopbackHub> {
  const { repository, token, pageSize = 2 } = options;
  const commits = new Map([[options.commit, options.files]]);
  let main = options.commit;
  const faults: { part: string; fault: Fault }[] = [];
  const extraEntries: object[] = [];
  const seen: SeenRequest[] = [];

  const takeFault = (url: string): Fault | undefined => {
    const index = faults.findIndex(({ part }) => url.includes(part));
    return index < 0 ? undefined : faults.splice(index, 1)[0].fault;
  };

  /** Sends content or the part of it that is asked for, and lets a fault happen to it. */
  const send = (
    request: IncomingMessage,
    response: ServerResponse,
    content: Buffer,
    fault: Fault | undefined,
  ): void => {
    if (fault !== undefined && 'status' in fault) {
      response.writeHead(fault.status, fault.headers).end('fault');
      return;
    }
    const all = fault !== undefined && 'replace' in fault ? fault.replace : content;
    const [, from] = /^bytes=(\d+)-/.exec(request.headers.range ?? '') ?? [];
    const start = fault !== undefined && 'ignoreRange' in fault ? 0 : Number(from ?? 0);
    if (start > 0 && start >= all.length) {
      response.writeHead(416, { 'content-range': `bytes */${all.length}` }).end();
      return;
    }
    const part = all.subarray(start, fault !== undefined && 'endAfter' in fault ? start + fault.endAfter : undefined);
    const headers: Record<string, string | number> = {};
    if (fault === undefined || !('endAfter' in fault)) headers['content-length'] = part.length;
    if (start > 0) headers['content-range'] = `bytes ${start}-${all.length - 1}/${all.length}`;
    if (fault !== undefined && 'stallAfter' in fault && fault.stallAfter === 0) return;
    response.writeHead(start > 0 ? 206 : 200, headers);
    if (fault !== undefined && ('breakAfter' in fault || 'stallAfter' in fault)) {
      const most = 'breakAfter' in fault ? fault.breakAfter : fault.stallAfter;
      response.write(part.subarray(0, most), () => {
        if ('breakAfter' in fault) response.destroy();
      });
      return;
    }
    response.end(part);
  };

  const contentServer = await listen((request, response) => {
    const url = request.url ?? '';
    seen.push({ origin: 'content', url, headers: request.headers });
    const hash = url.slice(1).split('?')[0];
    const files = [...commits.values()].flatMap((all) => Object.values(all)).map(bytesOf);
    const content = files.find((bytes) => sha256(bytes) === hash);
    if (content === undefined) response.writeHead(404).end();
    else send(request, response, content, takeFault(url));
  });

  const json = (response: ServerResponse, value: unknown, headers: Record<string, string> = {}): void => {
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', ...headers });
    response.end(JSON.stringify(value));
  };
  const entryOf = ([path, file]: [string, ServedFile]): object => {
    const content = bytesOf(file);
    const plain = { type: 'file', path, size: content.length, oid: gitBlob(content) };
    if (file.lfs !== true) return plain;
    // As the Hub answers: oid is that of the pointer file in git.
    return { ...plain, oid: '0'.repeat(40), lfs: { oid: sha256(content), size: content.length, pointerSize: 133 } };
  };

  const hubServer = await listen((request, response) => {
    const url = new URL(request.url ?? '/', 'http://hub');
    seen.push({ origin: 'hub', url: request.url ?? '', headers: request.headers });
    const path = decodeURIComponent(url.pathname);
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) {
      response.writeHead(401, { 'x-error-code': 'GatedRepo' }).end('gated');
      return;
    }
    const fault = path.includes('/resolve/') ? undefined : takeFault(path);
    if (fault !== undefined) return send(request, response, Buffer.from('{}'), fault);
    const commitOf = (revision: string): string => (revision === 'main' ? main : revision);
    const api = `/api/datasets/${repository}/`;
    if (path.startsWith(`${api}revision/`)) {
      const sha = commitOf(path.slice(`${api}revision/`.length));
      if (!commits.has(sha)) return void response.writeHead(404, { 'x-error-code': 'RevisionNotFound' }).end();
      return json(response, {
        _id: '1',
        id: repository,
        private: false,
        gated: false,
        sha,
        lastModified: '2024-01-01T00:00:00.000Z',
      });
    }
    if (path.startsWith(`${api}tree/`)) {
      const files = commits.get(commitOf(path.slice(`${api}tree/`.length)));
      if (files === undefined) return void response.writeHead(404).end();
      const entries = [
        { type: 'directory', path: 'data', oid: '1' },
        ...Object.entries(files).map(entryOf),
        ...extraEntries,
      ];
      const from = Number(url.searchParams.get('cursor') ?? 0);
      const more = from + pageSize < entries.length;
      const next = new URL(url);
      next.searchParams.set('cursor', String(from + pageSize));
      const link = `<${originOf(hubServer)}${next.pathname}${next.search}>; rel="next"`;
      return json(response, entries.slice(from, from + pageSize), more ? { link } : {});
    }
    const resolve = `/datasets/${repository}/resolve/`;
    const [revision, ...parts] = path.startsWith(resolve) ? path.slice(resolve.length).split('/') : [''];
    const file = commits.get(commitOf(revision))?.[parts.join('/')];
    if (file === undefined) return void response.writeHead(404, { 'x-error-code': 'EntryNotFound' }).end();
    const content = bytesOf(file);
    if (file.lfs !== true) {
      response.setHeader('etag', `"${gitBlob(content)}"`);
      response.setHeader('x-repo-commit', commitOf(revision));
      return send(request, response, content, takeFault(path));
    }
    const hash = sha256(content);
    response.writeHead(302, {
      location: `${originOf(contentServer)}/${hash}?signature=secret-signature&file=${encodeURIComponent(parts.join('/'))}`,
      'x-repo-commit': commitOf(revision),
      'x-linked-etag': `"${hash}"`,
      'x-linked-size': content.length,
    });
    response.end();
  });

  return {
    endpoint: originOf(hubServer),
    seen,
    fail: (part, ...list) => void faults.push(...list.map((fault) => ({ part, fault }))),
    publish(commit, files) {
      commits.set(commit, files);
      main = commit;
    },
    listAlso: (entry) => void extraEntries.push(entry),
    async close() {
      for (const server of [hubServer, contentServer]) {
        server.closeAllConnections();
        await new Promise((done) => server.close(done));
      }
    },
  };
}
