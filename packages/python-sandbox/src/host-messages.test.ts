import { describe, expect, test } from 'vitest';
import { HostMessages } from './host-messages.js';

const result = { outcome: 'raised', error: 'E', output: 'é\u2028\n', droppedOutput: 0, seconds: 0.5 };
const message = { id: 1, result };
const bytesOf = (...values: unknown[]): Buffer =>
  Buffer.from(values.map((value) => `${JSON.stringify(value)}\n`).join(''));
const read = (bytes: Uint8Array): unknown[] => new HostMessages().read(bytes);

test('messages are read however they are cut', () => {
  const bytes = bytesOf({ started: true }, message, {
    id: 2,
    result: { ...result, outcome: 'completed', error: undefined },
  });
  const whole = read(bytes);
  expect(whole).toHaveLength(3);
  expect(whole[1]).toEqual(message);
  for (const step of [1, 3, 50]) {
    const messages = new HostMessages();
    const found: unknown[] = [];
    for (let at = 0; at < bytes.length; at += step) found.push(...messages.read(bytes.subarray(at, at + step)));
    expect(found).toEqual(whole);
  }
});

test('the longest result is read, and a message without end is not kept', () => {
  const longest = { ...result, error: '\0'.repeat(500), output: '\0'.repeat(65_536) };
  expect(read(bytesOf({ id: 1, result: longest }))).toEqual([{ id: 1, result: longest }]);
  const messages = new HostMessages();
  messages.read(new Uint8Array(2 ** 19));
  expect(() => messages.read(new Uint8Array(1))).toThrow('it wrote a message of more than 524288 bytes');
});

describe('what is no message is refused', () => {
  test.each([
    [null, /expected object/],
    [{}, /started: is required/],
    [{ started: false }, /started: expected true/],
    [{ id: 1 }, /result: is required/],
    [{ id: 0, result }, /id: expected integer ≥ 1/],
    [{ id: 1, result: { ...result, outcome: 'passed' } }, /result.outcome: expected "completed"/],
    [{ id: 1, result: { ...result, outcome: 'completed' } }, /the outcome contradicts the error/],
    [{ id: 1, result: { ...result, error: undefined } }, /the outcome contradicts the error/],
    [{ id: 1, result: { ...result, error: ['x'.repeat(1000)] } }, /result.error: expected text of at most 500/],
    [{ id: 1, result: { ...result, error: 'x'.repeat(501) } }, /result.error: expected text of at most 500/],
    [{ id: 1, result: { ...result, output: 'x'.repeat(65_537) } }, /result.output: expected text of at most 65536/],
    [{ id: 1, result: { ...result, droppedOutput: -1 } }, /result.droppedOutput: expected integer ≥ 0/],
    [{ id: 1, result: { ...result, seconds: null } }, /result.seconds: expected number ≥ 0/],
    [{ id: 1, result: { ...result, toString: 1 } }, /result.toString: unknown key/],
  ])('%j', (value, why) => {
    expect(() => read(bytesOf(value))).toThrow(why);
    expect(() => read(bytesOf(value))).toThrow(/^it wrote what is no message: /);
  });

  test.each([
    ['text', 'Segmentation fault\n', /is not valid JSON/],
    ['a key of prototypes', '{"id":1,"result":{},"__proto__":{"id":1}}\n', /__proto__: unknown key/],
    ['deep nesting', `${'['.repeat(20_000)}\n`, /nested more than 500 deep/],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22, 10]), /encoded data/],
  ])('%s', (_, bytes, why) => {
    expect(() => read(Buffer.from(bytes as string))).toThrow(why);
  });
});
