import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkMachine, findNodeDirectory, findPython } from './requirements.js';

describe('the machine', () => {
  test('Linux x64 with glibc is built for', () => {
    expect(() => checkMachine({ platform: 'linux', architecture: 'x64', glibc: '2.36' })).not.toThrow();
  });

  test.each([
    [{ platform: 'darwin', architecture: 'arm64', glibc: undefined }, 'not darwin arm64.'],
    [{ platform: 'linux', architecture: 'arm64', glibc: '2.36' }, 'not linux arm64.'],
    [{ platform: 'linux', architecture: 'x64', glibc: undefined }, 'not linux x64 without glibc.'],
  ])('others are refused: %o', (machine, message) => {
    expect(() => checkMachine(machine)).toThrow(message);
  });
});

describe('Node’s headers', () => {
  const beside = dirname(dirname(process.execPath));
  const absent = !existsSync(join(beside, 'include/node/node_api.h'));

  test.skipIf(absent)(`are found beside Node${absent ? ' (skipped: there are none here)' : ''}`, () => {
    expect(findNodeDirectory()).toBe(beside);
  });

  test('a folder without them is an error that says where they come from', () => {
    expect(() => findNodeDirectory(tmpdir())).toThrow(
      `${join(tmpdir(), 'include/node')} has no node_api.h and no common.gypi`,
    );
    expect(() => findNodeDirectory(tmpdir())).toThrow('libnode-dev');
  });
});

describe('Python', () => {
  test('a missing one is named', async () => {
    await expect(findPython('no-such-python')).rejects.toThrow('"no-such-python --version" fails');
  });

  test('one without pip is told from one that is missing', async () => {
    // Node answers to --version, and has no pip.
    await expect(findPython(process.execPath)).rejects.toThrow('-m pip --version" fails, and pip fetches TensorFlow');
  });
});
