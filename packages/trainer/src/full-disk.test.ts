import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { OutputError } from '@profit-sft/core';
import { expect, test } from 'vitest';
import { directoryContent } from './testing-model/directory-content.js';
import { killedRunConfig, ruleWithState, smallRun } from './testing-model/small-run.js';
import { temporaryPath } from './testing-model/temporary-directory.js';
import { train } from './train.js';

const run = (directory: string) => smallRun(directory, killedRunConfig, { masking: ruleWithState(), resume: true });

/** A run whose disk is full when it writes the state of its `at`-th checkpoint. */
function runOnFullDisk(directory: string, at: number) {
  const options = run(directory);
  const { model } = options;
  const saveState = model.saveState.bind(model);
  let calls = 0;
  model.saveState = async (path) => {
    await saveState(path);
    if (++calls !== at) return;
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' });
  };
  return options;
}

test('a disk that is full at the first checkpoint: what one takes, and that there is none', async () => {
  const directory = temporaryPath();
  const failing = train(runOnFullDisk(directory, 1));
  await expect(failing).rejects.toThrow(OutputError);
  await expect(failing).rejects.toThrow(
    /step-00000002: the disk is full: .*A checkpoint takes about 0\.0 MiB, and a smaller keepCheckpoints .* There is none to go on from$/,
  );
  expect(readdirSync(join(directory, 'checkpoints'))).toEqual([]);
});

test('at a later one: the one before it is kept, named, and the run goes on from it to the same bytes', async () => {
  const [whole, directory] = [temporaryPath(), temporaryPath()];
  await train(run(whole));
  await expect(train(runOnFullDisk(directory, 2))).rejects.toThrow(
    /That of step 2 is as it was; go on from it with --resume$/,
  );
  expect(readdirSync(join(directory, 'checkpoints'))).toEqual(['step-00000002']);
  expect(existsSync(join(directory, 'lock'))).toBe(false);
  await train(run(directory));
  expect(directoryContent(join(directory, 'model'))).toEqual(directoryContent(join(whole, 'model')));
});
