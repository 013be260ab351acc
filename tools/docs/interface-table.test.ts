import { expect, test } from 'vitest';
import { interfaceTable } from './interface-table.js';

test('members with types and comments, optional ones marked, methods too', () => {
  const rows = interfaceTable({ 'packages/durable-files/src/lock/acquire-lock.ts': 'LockOptions' }).split('\n');
  expect(rows).toContain(
    '| `wait?` | `boolean` | Wait until the lock is free; otherwise a lock that is held is refused. |',
  );
  expect(rows.find((row) => row.includes('onWait?'))).toMatch(/^\| `onWait\?` \| `\(holder: LockHolder\): void` \| \S/);
});

test('an interface that is not there, or a member without a comment, is refused', () => {
  const path = 'packages/durable-files/src/lock/acquire-lock.ts';
  expect(() => interfaceTable({ [path]: 'Absent' })).toThrow(`${path} has no interface Absent`);
  expect(() => interfaceTable({ [path]: 'LockSetting' })).toThrow('beatMilliseconds in');
});
