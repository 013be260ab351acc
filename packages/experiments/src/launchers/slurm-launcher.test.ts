import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { expectAllFinishOnce, trivialCommand } from '../testing/many-jobs.js';
import { parseTasks, SlurmLauncher } from './slurm-launcher.js';

function cluster(): string | undefined {
  try {
    return /idle|mix|alloc/.test(
      execFileSync('sinfo', ['--noheader', '--format=%T'], { stdio: 'pipe', timeout: 10_000 }).toString(),
    )
      ? undefined
      : 'no node of the SLURM cluster is up';
  } catch {
    return 'no SLURM cluster answers; tools/clusters/start-slurm.sh starts one';
  }
}

const missing = cluster();

test.skipIf(missing !== undefined)(
  `200 runs on a SLURM cluster, one killed: all finish, none twice${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => expectAllFinishOnce(new SlurmLauncher({ pollSeconds: 1 }), 200),
  600_000,
);

test('the plan is what is sent', () => {
  const jobs = ['a', 'b'].map((hash) => ({ hash, title: hash, directory: `/out/runs/${hash}` }));
  const launcher = new SlurmLauncher({ concurrency: 4, options: ['--gres=gpu:1'], setup: ['module load nodejs'] });
  const [plan] = launcher.plan(jobs, ['/bin/node', 'job.js']);
  expect(plan).toBe(`cat > /out/slurm/a.txt <<'END'
/out/runs/a
/out/runs/b
END
sbatch --parsable --no-requeue --job-name=profit --output=/dev/null --array=0-1%4 --gres=gpu:1 <<'END'
#!/bin/bash
module load nodejs
directory=$(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" /out/slurm/a.txt)
exec /bin/node job.js "$directory" >> "$directory/log.txt" 2>&1
END`);
});

test('the states of tasks, as squeue and sacct write them', () => {
  const tasks = parseTasks('7_0 RUNNING\n7_1 COMPLETED\n7_12 CANCELLED by 0\n7_[13-20] PENDING\n\n');
  expect([...tasks]).toEqual([
    [0, 'RUNNING'],
    [1, 'COMPLETED'],
    [12, 'CANCELLED'],
  ]);
});

test.skipIf(missing === undefined)('without a cluster the error says what to do', async () => {
  const job = { hash: 'a', title: 'a', directory: '/tmp/profit-no-run/runs/a' };
  const context = {
    command: trivialCommand,
    signal: new AbortController().signal,
    onStart: () => undefined,
    onEnd: () => undefined,
  };
  await expect(new SlurmLauncher().launch([job], context)).rejects.toThrow(
    /slurm: sbatch (is not installed here|refused)/,
  );
});
