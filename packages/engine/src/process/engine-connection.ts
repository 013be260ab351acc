import type { ChildProcess } from 'node:child_process';
import { ProfitError, type TokenDistributions } from '@profit-sft/core';
import { deathError } from './process-death.js';
import { checkReport, readFromEngine, replyValue } from './messages-from-engine.js';
import type {
  Answer,
  Call,
  FromEngine,
  GenerationReport,
  Method,
  Methods,
  Question,
  Reply,
  ToEngine,
} from './protocol.js';
import { deserialiseError, serialiseError } from './serialised-error.js';

/** Milliseconds that a process has to end by itself. */
const patience = 5000;

interface Pending extends Pick<Call, 'method' | 'args'> {
  resolve(value: unknown): void;
  reject(error: unknown): void;
  readonly onReport: Callbacks['onReport'];
}

/** Of a pass, and how many tokens it scores. */
interface Reference {
  readonly distributions: TokenDistributions;
  readonly scored: number;
}

/** What the process of a model may come back with while it does a call. */
export interface Callbacks {
  readonly reference?: TokenDistributions | undefined;
  readonly onReport?: ((report: GenerationReport) => void) | undefined;
}

/**
 * Calls to the process of a model. While none is pending, the process does not keep its parent alive: it ends when the
 * parent does.
 */
export class EngineConnection {
  private readonly pending = new Map<number, Pending>();
  private readonly references = new Map<number, Reference>();
  /** Calls whose replies nobody waits for, or no more. */
  private readonly unawaited = new Set<number>();
  private next = 0;
  /** Of the model; unknown before it is open. */
  private vocabularySize = Infinity;
  /** Why there are no more calls. */
  private ended: Error | undefined;
  /** Of a call that nobody waited for. */
  private unreported: Error | undefined;
  private readonly exited: Promise<unknown>;

  constructor(
    private readonly backend: string,
    private readonly child: ChildProcess,
  ) {
    this.exited = new Promise((resolve) => {
      child.on('exit', (code, signal) => resolve(this.end(deathError(backend, { code, signal }))));
      // It did not start, or does not take messages.
      child.on('error', (cause) => {
        const message = `${backend}: the process that runs the model does not start or answer: ${cause.message}`;
        this.end(new ProfitError('backend', message, { cause }));
        if (child.pid === undefined) resolve(undefined);
      });
    });
    child.on('message', (message) => this.receive(message));
    this.keepAlive();
  }

  get alive(): boolean {
    return this.ended === undefined;
  }

  /** Sends a call and waits for what it returns; `id` names what it leaves in the process. */
  call<M extends Method>(
    method: M,
    args: Parameters<Methods[M]>,
    { reference, onReport }: Callbacks = {},
  ): { readonly id: number; readonly value: Promise<ReturnType<Methods[M]>> } {
    const id = this.next++;
    const failure = this.ended ?? this.unreported;
    this.unreported = undefined;
    if (failure !== undefined) return { id, value: Promise.reject(failure) };
    const made = { type: 'call', id, method, args } as Call;
    if (reference !== undefined && (made.method === 'forward' || made.method === 'score')) {
      this.references.set(id, { distributions: reference, scored: made.args[0].scored.length });
    }
    try {
      this.send(made);
    } catch (error) {
      this.references.delete(id);
      return { id, value: Promise.reject(error as Error) };
    }
    const value = new Promise<unknown>((resolve, reject) =>
      this.pending.set(id, { method, args, resolve, reject, onReport } as Pending),
    );
    this.keepAlive();
    return { id, value: value as Promise<ReturnType<Methods[M]>> };
  }

  /** Sends a call that returns nothing; should it fail, the next call says so. */
  tell<M extends Method>(method: M, args: Parameters<Methods[M]>): void {
    if (this.ended !== undefined) return;
    const id = this.next++;
    this.unawaited.add(id);
    this.send({ type: 'call', id, method, args } as Call);
  }

  /** Ends prompts of a generation that runs. */
  stop(call: number, prompts: readonly number[] | 'all'): void {
    if (this.ended === undefined) this.send({ type: 'stop', call, prompts });
  }

  /** The call needs its reference no more. */
  forgetReference(id: number): void {
    this.references.delete(id);
  }

  /** Lets the process end and waits until it has. */
  async close(reason: Error): Promise<void> {
    this.end(reason);
    this.child.ref();
    if (this.child.connected) this.child.disconnect();
    const impatient = setTimeout(() => this.child.kill('SIGKILL'), patience);
    await this.exited;
    clearTimeout(impatient);
  }

  private send(message: ToEngine): void {
    // Errors are those of a process that has ended, of which `exit` tells.
    this.child.send(message, () => undefined);
  }

  /** What makes no sense ends the process: nothing else that it says can be relied on. */
  private receive(received: unknown): void {
    if (this.ended !== undefined) return;
    try {
      this.take(readFromEngine(received));
    } catch (cause) {
      const message = `${this.backend}: the process that runs the model does not keep to its protocol: ${(cause as Error).message}`;
      this.end(new ProfitError('backend', message, { cause }));
      this.child.kill('SIGKILL');
    }
  }

  private take(message: FromEngine): void {
    if (message.type === 'question') {
      const reference = this.references.get(message.call);
      if (reference !== undefined && message.first + message.count > reference.scored) {
        throw new Error(
          `it asks for tokens ${message.first} to ${message.first + message.count} of ${reference.scored}`,
        );
      }
      return void this.answer(message, reference?.distributions);
    }
    const call = this.pending.get(message.call);
    if (call === undefined && !this.unawaited.has(message.call)) {
      throw new Error(`its message "${message.type}" is about call ${message.call}, which nobody waits for`);
    }
    if (message.type === 'reply') this.settle(message, call);
    else if (call !== undefined) this.report(message, call);
  }

  private settle({ call: id, outcome }: Reply, call: Pending | undefined): void {
    if (call === undefined) {
      this.unawaited.delete(id);
      if ('error' in outcome) this.unreported ??= deserialiseError(outcome.error);
      return;
    }
    const settled = 'error' in outcome ? deserialiseError(outcome.error) : this.valueOf(call, outcome.value);
    this.pending.delete(id);
    this.keepAlive();
    if ('error' in outcome) call.reject(settled);
    else call.resolve(settled);
  }

  private valueOf({ method, args }: Pending, value: unknown): unknown {
    const read = replyValue(method, args, value, this.vocabularySize);
    if (method === 'open') this.vocabularySize = (read as ReturnType<Methods['open']>).vocabularySize;
    return read;
  }

  private report(report: GenerationReport, { method, args, onReport, reject }: Pending): void {
    if (method !== 'generate') throw new Error(`it reports a generation during "${method}"`);
    checkReport(report, args as Parameters<Methods['generate']>, this.vocabularySize);
    try {
      onReport?.(report);
    } catch (error) {
      // What this process no longer waits for, the other need not finish.
      this.stop(report.call, 'all');
      this.pending.delete(report.call);
      this.unawaited.add(report.call);
      this.keepAlive();
      reject(error);
    }
  }

  private async answer({ id, first, count }: Question, reference: TokenDistributions | undefined): Promise<void> {
    let outcome: Answer['outcome'];
    try {
      if (reference === undefined) throw new Error('the reference of a pass was released before the pass');
      outcome = { value: await reference.logProbs(first, count) };
    } catch (error) {
      outcome = { error: serialiseError(error) };
    }
    if (this.ended === undefined) this.send({ type: 'answer', question: id, outcome });
  }

  private end(reason: Error): void {
    this.ended ??= reason;
    const calls = [...this.pending.values()];
    this.pending.clear();
    this.references.clear();
    this.unawaited.clear();
    for (const { reject } of calls) reject(this.ended);
    this.keepAlive();
  }

  private keepAlive(): void {
    const change = this.pending.size > 0 ? 'ref' : 'unref';
    this.child[change]();
    this.child.channel?.[change]();
  }
}
