import type { ChildProcess } from 'node:child_process';
import { ProfitError, type TokenDistributions } from '@profit-sft/core';
import { deathError } from './process-death.js';
import type { Answer, Call, FromEngine, GenerationReport, Method, Methods, Question, ToEngine } from './protocol.js';
import { deserialiseError, serialiseError } from './serialised-error.js';

/** Milliseconds that a process has to end by itself. */
const patience = 5000;

interface Pending {
  resolve(value: unknown): void;
  reject(error: unknown): void;
  readonly onReport: Callbacks['onReport'];
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
  private readonly references = new Map<number, TokenDistributions>();
  private next = 0;
  /** Why there are no more calls. */
  private ended: Error | undefined;
  /** Of a call that nobody waited for. */
  private unreported: Error | undefined;
  private readonly exited: Promise<unknown>;

  constructor(
    backend: string,
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
    child.on('message', (message) => this.receive(message as FromEngine));
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
    if (reference !== undefined) this.references.set(id, reference);
    const value = new Promise<unknown>((resolve, reject) => this.pending.set(id, { resolve, reject, onReport }));
    this.keepAlive();
    this.send({ type: 'call', id, method, args } as Call);
    return { id, value: value as Promise<ReturnType<Methods[M]>> };
  }

  /** Sends a call that returns nothing; should it fail, the next call says so. */
  tell<M extends Method>(method: M, args: Parameters<Methods[M]>): void {
    if (this.ended === undefined) this.send({ type: 'call', id: this.next++, method, args } as Call);
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

  private receive(message: FromEngine): void {
    if (message.type === 'question') return void this.answer(message);
    const call = this.pending.get(message.call);
    if (message.type === 'generation') return call && this.report(message, call);
    const { outcome } = message;
    if (call === undefined) {
      if ('error' in outcome) this.unreported ??= deserialiseError(outcome.error);
      return;
    }
    this.pending.delete(message.call);
    this.keepAlive();
    if ('error' in outcome) call.reject(deserialiseError(outcome.error));
    else call.resolve(outcome.value);
  }

  private report(report: GenerationReport, { onReport, reject }: Pending): void {
    try {
      onReport?.(report);
    } catch (error) {
      // What this process no longer waits for, the other need not finish.
      this.stop(report.call, 'all');
      this.pending.delete(report.call);
      this.keepAlive();
      reject(error);
    }
  }

  private async answer({ id, call, first, count }: Question): Promise<void> {
    let outcome: Answer['outcome'];
    try {
      const reference = this.references.get(call);
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
    for (const { reject } of calls) reject(this.ended);
    this.keepAlive();
  }

  private keepAlive(): void {
    const change = this.pending.size > 0 ? 'ref' : 'unref';
    this.child[change]();
    this.child.channel?.[change]();
  }
}
