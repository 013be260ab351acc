import { OutputError } from '@profit-sft/core';
import type { LockHolder } from './lock-holder.js';

/** Another process holds the lock. */
export class LockHeldError extends OutputError {
  readonly holder: LockHolder;

  constructor(subject: string, holder: LockHolder) {
    super(subject, `is in use by process ${holder.process} on ${holder.host}. Wait until it has ended, or end it`);
    this.holder = holder;
  }
}

/** The lock was taken over, because this process gave no sign of life. What it would write now is somebody else's. */
export class LockLostError extends OutputError {
  constructor(subject: string) {
    super(
      subject,
      `this process (${process.pid}) stood still for so long that another one took its place; nothing more was written`,
    );
  }
}
