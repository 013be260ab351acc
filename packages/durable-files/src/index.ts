export {
  isPartial,
  makeDirectory,
  removeDirectoryAtomically,
  removePartials,
  syncDirectory,
  writeDirectoryAtomically,
  writeFileAtomically,
} from './atomic-writes.js';
export {
  acquireLock,
  assertNotHeld,
  mayBeHeld,
  removeAbandonedLock,
  withLock,
  type Lock,
  type LockOptions,
} from './lock/acquire-lock.js';
export { LockHeldError, LockLostError } from './lock/lock-errors.js';
export type { LockHolder } from './lock/lock-holder.js';
