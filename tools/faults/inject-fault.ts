/**
 * Loaded before a process of the command begins (`node --import`): counts what it does to files, and lets its {@link Fault} happen. Every way in which
 * this repository changes files is counted: synchronous ones, promises, file handles.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { InferenceSession } from 'onnxruntime-node';
import { faultVariable, traceVariable, type ErrorCode, type Fault, type Role } from './fault.js';

type Operation = 'open' | 'write' | 'sync' | 'truncate' | 'directory' | 'rename' | 'remove' | 'link' | 'copy';
type AnyFunction = (...values: never[]) => unknown;

const given = process.env[faultVariable];
const [, program = '', command = ''] = process.argv;
const role: Role = program.includes('engine-process') ? 'engine' : command === 'job' ? 'job' : 'command';
// The thread of the lock's heartbeat only writes into a file that says nothing but that its process is there.
if (given !== undefined && isMainThread) await inject(JSON.parse(given) as Fault);

async function inject(fault: Fault): Promise<void> {
  const operations: string[] = [];
  let programs = 0;
  const isMine = fault.role === role;
  if (fault.kind === 'clock') shiftClock();

  const affected: Readonly<Record<ErrorCode, readonly Operation[]>> = {
    ENOSPC: ['open', 'write', 'directory', 'link', 'copy'],
    EIO: ['sync'],
    EMFILE: ['open'],
    EROFS: ['open', 'write', 'directory', 'rename', 'remove', 'link', 'copy', 'truncate'],
  };
  let met = 0;

  /** Counts an operation, and ends the process or throws where its fault is. `half` does half of the operation first. */
  const meet = (operation: Operation, path: string, half: () => void = () => undefined): void => {
    operations.push(`${operation} ${relative(fault.root, path)}`);
    if (!isMine) return;
    if (fault.kind === 'kill' && operations.length === fault.at) {
      half();
      die();
    }
    if (fault.kind === 'fill-heap' && operations.length === fault.at) fillHeap();
    if (fault.kind === 'refuse' && affected[fault.code].includes(operation)) {
      met++;
      if (fault.lasting ? met < fault.at : met !== fault.at) return;
      half();
      throw Object.assign(new Error(`${fault.code}: injected, ${operation} '${path}'`), {
        ...{ code: fault.code, syscall: operation, path },
      });
    }
  };

  const inside = (path: unknown): string | undefined => {
    if (typeof path !== 'string' && !(path instanceof URL)) return undefined;
    const absolute = resolve(path instanceof URL ? fileURLToPath(path) : path);
    return absolute.startsWith(fault.root) ? absolute : undefined;
  };
  const original = { ...fs, promises: { ...fs.promises } };
  const descriptors = new Map<number, string>();
  const handles = new WeakMap<object, string>();
  const short = (length: number): number => (isMine && fault.kind === 'short-writes' ? Math.ceil(length / 2) : length);

  const bytesOf = (content: unknown): Buffer =>
    typeof content === 'string'
      ? Buffer.from(content)
      : ArrayBuffer.isView(content)
        ? Buffer.from(content.buffer, content.byteOffset, content.byteLength)
        : Buffer.alloc(0);
  const halfFile =
    (path: string, content: unknown, flag = 'w') =>
    (): void => {
      const bytes = bytesOf(content);
      original.writeFileSync(path, bytes.subarray(0, bytes.length >> 1), { flag });
    };
  /** One file of a tree: what a removal has come to that is half done. */
  const halfRemoval = (path: string) => (): void => {
    const names = original.existsSync(path) && original.statSync(path).isDirectory() ? original.readdirSync(path) : [];
    for (const name of names.slice(0, 1)) original.rmSync(join(path, name), { recursive: true, force: true });
  };

  const byPath =
    (operation: Operation, at: 0 | 1, half?: (path: string, ...values: unknown[]) => () => void) =>
    (perform: AnyFunction, isPromise: boolean) =>
    (...values: unknown[]): unknown => {
      const path = inside(values[at]);
      try {
        if (path !== undefined) meet(operation, path, half?.(path, ...values));
      } catch (error) {
        if (isPromise) return Promise.reject(error as Error);
        throw error;
      }
      return perform(...(values as never[]));
    };
  const changes: Readonly<Record<string, ReturnType<typeof byPath>>> = {
    writeFile: byPath('write', 0, (path, _, content) => halfFile(path, content)),
    appendFile: byPath('write', 0, (path, _, content) => halfFile(path, content, 'a')),
    mkdir: byPath('directory', 0),
    rename: byPath('rename', 0),
    rm: byPath('remove', 0, (path) => halfRemoval(path)),
    rmdir: byPath('remove', 0),
    unlink: byPath('remove', 0),
    symlink: byPath('link', 1),
    copyFile: byPath('copy', 1, (path, from) => halfFile(path, original.readFileSync(from as string))),
  };
  for (const [name, wrap] of Object.entries(changes)) {
    const [synchronous, promises] = [fs, fs.promises] as unknown as Record<string, AnyFunction>[];
    synchronous[`${name}Sync`] = wrap(synchronous[`${name}Sync`], false) as AnyFunction;
    promises[name] = wrap(promises[name], true) as AnyFunction;
  }

  const opensForWriting = (flags: unknown): boolean =>
    typeof flags === 'number' ? (flags & 3) !== 0 : typeof flags === 'string' && flags !== 'r' && flags !== 'r+';
  Object.assign(fs, {
    openSync(...values: Parameters<typeof fs.openSync>) {
      const path = inside(values[0]);
      if (path !== undefined && opensForWriting(values[1])) meet('open', path);
      const descriptor = original.openSync(...values);
      if (path !== undefined) descriptors.set(descriptor, path);
      return descriptor;
    },
    closeSync(descriptor: number) {
      descriptors.delete(descriptor);
      original.closeSync(descriptor);
    },
    writeSync(descriptor: number, content: Uint8Array | string, ...rest: unknown[]) {
      const path = descriptors.get(descriptor);
      if (path === undefined)
        return (original.writeSync as AnyFunction)(...([descriptor, content, ...rest] as never[]));
      const [offset = 0, length] = rest as (number | undefined)[];
      const all = bytesOf(content);
      const bytes = all.subarray(offset, length === undefined ? undefined : offset + length);
      meet('write', path, () => original.writeSync(descriptor, bytes, 0, bytes.length >> 1));
      return original.writeSync(descriptor, bytes, 0, short(bytes.length));
    },
    fsyncSync(descriptor: number) {
      const path = descriptors.get(descriptor);
      if (path !== undefined) meet('sync', path);
      original.fsyncSync(descriptor);
    },
    ftruncateSync(descriptor: number, length?: number) {
      const path = descriptors.get(descriptor);
      if (path !== undefined) meet('truncate', path);
      original.ftruncateSync(descriptor, length);
    },
  });

  fs.promises.open = async (...values: Parameters<typeof fs.promises.open>) => {
    const path = inside(values[0]);
    if (path !== undefined && opensForWriting(values[1])) meet('open', path);
    const handle = await original.promises.open(...values);
    if (path !== undefined) handles.set(handle, path);
    return handle;
  };
  const anyHandle = await original.promises.open(process.execPath, 'r');
  const prototype = Object.getPrototypeOf(anyHandle) as fs.promises.FileHandle;
  await anyHandle.close();
  const { write, writeFile, sync, truncate } = prototype;
  Object.assign(prototype, {
    write(
      this: fs.promises.FileHandle,
      bytes: Uint8Array,
      offset = 0,
      length = bytes.byteLength - offset,
      at?: number,
    ) {
      return (async () => {
        const path = handles.get(this);
        if (path !== undefined) {
          const half = bytes.subarray(offset, offset + (length >> 1));
          meet('write', path, () => original.writeSync(this.fd, half, 0, half.length, at ?? null));
        }
        const stored = path === undefined ? length : short(length);
        return (write as AnyFunction).call(this, ...([bytes, offset, stored, at ?? null] as never[]));
      })();
    },
    async writeFile(this: fs.promises.FileHandle, content: string | Uint8Array) {
      const path = handles.get(this);
      const bytes = bytesOf(content);
      if (path !== undefined) meet('write', path, () => original.writeSync(this.fd, bytes, 0, bytes.length >> 1));
      return writeFile.call(this, content);
    },
    async sync(this: fs.promises.FileHandle) {
      const path = handles.get(this);
      if (path !== undefined) meet('sync', path);
      return sync.call(this);
    },
    async truncate(this: fs.promises.FileHandle, length?: number) {
      const path = handles.get(this);
      if (path !== undefined) meet('truncate', path);
      return truncate.call(this, length);
    },
  });
  syncBuiltinESMExports();

  const { prototype: session } = InferenceSession as unknown as { prototype: { run: AnyFunction } };
  const { run } = session;
  session.run = function (this: unknown, ...values: never[]): unknown {
    programs++;
    if (isMine && fault.kind === 'throw' && programs === fault.at)
      return Promise.reject(new Error('injected: the runtime threw'));
    return run.apply(this, values);
  };

  const trace = process.env[traceVariable];
  if (trace !== undefined) {
    process.on('exit', () => {
      original.mkdirSync(dirname(trace), { recursive: true });
      original.appendFileSync(trace, `${JSON.stringify({ role, operations, programs })}\n`);
    });
  }
}

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  return Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0) as never;
}

function fillHeap(): never {
  const kept: unknown[] = [];
  for (;;) kept.push(new Array(1000).fill(0).map((_, index) => ({ index })));
}

/** Hours back and forth, by a steady clock. */
function shiftClock(): void {
  const hours = [0, -5, 3, -26, 50, 1];
  const RealDate = Date;
  const shifted = (): number => RealDate.now() + 3_600_000 * hours[Math.floor(performance.now() / 30) % hours.length];
  globalThis.Date = class extends RealDate {
    constructor(value?: number) {
      super(value ?? shifted());
    }
    static override now(): number {
      return shifted();
    }
  } as DateConstructor;
}
