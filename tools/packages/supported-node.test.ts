/** `engines` and the programs that check it themselves, since npm only warns: Node 21 and 22.0 to 22.1 have no `zlib.crc32`. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repository } from './published-packages.js';

const enginesOf = (folder: string): unknown =>
  (JSON.parse(readFileSync(join(repository, folder, 'package.json'), 'utf8')) as { engines?: unknown }).engines;

test('every package and example runs on the same versions', () => {
  const folders = ['packages', 'examples'].flatMap((parent) =>
    readdirSync(join(repository, parent)).map((name) => join(parent, name)),
  );
  for (const folder of ['', ...folders]) {
    expect(enginesOf(folder), folder).toEqual({ node: '^20.19.0 || >=22.12.0' });
  }
});

describe.each([
  ['profit', 'packages/cli/bin/profit.js', ['--version']],
  ['create-plugin', 'packages/create-plugin/bin/create-plugin.js', ['--help']],
])('%s', (name, program, args) => {
  /** Starts the program as one that finds itself under another version of Node. */
  const startUnder = (version: string) => {
    const pretend = `Object.defineProperty(process.versions, 'node', { value: '${version}' });
      Object.defineProperty(process, 'version', { value: 'v${version}' });`;
    const before = `data:text/javascript,${encodeURIComponent(pretend)}`;
    return spawnSync(process.execPath, ['--import', before, join(repository, program), ...args], { encoding: 'utf8' });
  };

  test.each(['18.20.8', '20.18.3', '21.7.3', '22.1.0', '22.11.0'])('refuses Node %s in one line', (version) => {
    const needed = 'Node 20 (20.19 or later), or Node 22.12 or later';
    expect(startUnder(version)).toMatchObject({
      status: 7,
      stdout: '',
      stderr: `${name}: needs ${needed}, and this is v${version}\n`,
    });
  });

  test.each(['20.19.0', '22.12.0'])('does not refuse Node %s', (version) => {
    expect(startUnder(version)).toMatchObject({ status: 0, stderr: '' });
  });
});
