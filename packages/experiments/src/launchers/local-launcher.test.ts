import { expect, test } from 'vitest';
import { expectAllFinishOnce } from '../testing/many-jobs.js';
import { LocalLauncher } from './local-launcher.js';

test('40 runs, one killed: all finish, none twice', async () => {
  await expectAllFinishOnce(new LocalLauncher({ concurrency: 4 }), 40);
}, 120_000);

test('the plan is what is started', () => {
  const jobs = ['a', 'b b'].map((hash) => ({ hash, title: hash, directory: `/runs/${hash}` }));
  expect(new LocalLauncher({ concurrency: 2, gpus: [3, 5], cores: 2 }).plan(jobs, ['/bin/node', 'job.js'])).toEqual([
    'CUDA_VISIBLE_DEVICES=3 taskset -c 0-1 /bin/node job.js /runs/a',
    "CUDA_VISIBLE_DEVICES=5 taskset -c 2-3 /bin/node job.js '/runs/b b'",
  ]);
});
