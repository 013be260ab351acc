import { expect, test } from 'vitest';
import { allocatorEnvironment } from './allocator-environment.js';

test('freed memory stays with the process, in thresholds that the C library accepts', () => {
  expect(allocatorEnvironment({ HOME: '/' }, '2.36')).toEqual({
    HOME: '/',
    MALLOC_MMAP_THRESHOLD_: '1073741824',
    MALLOC_TRIM_THRESHOLD_: '4294967296',
  });
  // Before 2.35 a larger threshold than half of an arena is refused.
  expect(allocatorEnvironment({}, '2.34').MALLOC_MMAP_THRESHOLD_).toBe('33554432');
});

test('what the user has set stays', () => {
  const own = { MALLOC_MMAP_THRESHOLD_: '1', MALLOC_TRIM_THRESHOLD_: '2' };
  expect(allocatorEnvironment(own, '2.36')).toEqual(own);
  const tunables = { GLIBC_TUNABLES: 'glibc.malloc.mmap_threshold=1' };
  expect(allocatorEnvironment(tunables, '2.36')).toEqual(tunables);
});

test('by default it is this process’s environment', () => {
  const variables = Object.keys(allocatorEnvironment());
  expect(variables).toEqual(expect.arrayContaining(Object.keys(process.env)));
  const { header } = process.report?.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
  expect(variables.includes('MALLOC_TRIM_THRESHOLD_')).toBe(header.glibcVersionRuntime !== undefined);
});
