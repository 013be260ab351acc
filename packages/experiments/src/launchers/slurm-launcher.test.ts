import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { expectAllFinishOnce, expectStoppedIsReported, trivialCommand } from '../testing/many-jobs.js';
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
const skipped = missing === undefined ? '' : ` (skipped: ${missing})`;

describe.skipIf(missing !== undefined)(`a SLURM cluster${skipped}`, () => {
  test('200 runs, one killed: all finish, none twice', async () => {
    await expectAllFinishOnce(new SlurmLauncher({ pollSeconds: 1 }), 200);
  }, 600_000);

  /** Ends the task of a run, as `squeue` has it. */
  const cancel = async (_: string, index: number): Promise<void> => {
    const columns = ['--noheader', '--states=RUNNING', `--user=${userInfo().username}`, '--format=%i'];
    const tasks = execFileSync('squeue', columns).toString().split('\n');
    execFileSync('scancel', [tasks.find((id) => id.endsWith(`_${index}`)) ?? '']);
    return Promise.resolve();
  };

  test('scancel', async () => {
    await expectStoppedIsReported(new SlurmLauncher({ pollSeconds: 0.5 }), cancel, /its process ended as CANCELLED/);
  }, 120_000);

  test('a time limit', async () => {
    const launcher = new SlurmLauncher({ pollSeconds: 1, options: ['--time=1'] });
    // Of a minute, which SLURM looks at every half a minute.
    await expectStoppedIsReported(launcher, () => Promise.resolve(), /its process ended as TIMEOUT \(.*TimeLimit/);
  }, 400_000);
});

test('the plan is what is sent', () => {
  const jobs = ['a', 'b'].map((hash) => ({ hash, title: hash, directory: `/out/runs/${hash}` }));
  const launcher = new SlurmLauncher({ concurrency: 4, options: ['--gres=gpu:1'], setup: ['module load nodejs'] });
  const name = createHash('sha256').update('/out').digest('hex').slice(0, 8);
  const [plan] = launcher.plan(jobs, ['/bin/node', 'job.js']);
  expect(plan)
    .toBe(`sbatch --parsable --no-requeue --job-name=profit-${name} --output=/dev/null --array=0-1%4 --gres=gpu:1 <<'END'
#!/bin/bash
module load nodejs
directories=(
/out/runs/a
/out/runs/b
)
directory=\${directories[SLURM_ARRAY_TASK_ID]}
exec /bin/node job.js "$directory" >> "$directory/log.txt" 2>&1
END`);
});

test('what squeue and sacct write of tasks', () => {
  const squeue = [
    '7_0                 RUNNING             0           None',
    '7_1                 COMPLETED           0           None',
    '7_2                 FAILED              768         NonZeroExitCode',
    '7_3                 OUT_OF_MEMORY       9           OutOfMemory',
    '7_[4-9]             PENDING             0           (Nodes required for job are DOWN, DRAINED)',
  ];
  expect(Object.fromEntries(parseTasks(squeue.join('\n')))).toEqual({
    0: { state: 'RUNNING', why: '' },
    1: { state: 'COMPLETED', why: '' },
    2: { state: 'FAILED', why: 'exit code 3, NonZeroExitCode' },
    3: { state: 'OUT_OF_MEMORY', why: 'signal 9, OutOfMemory' },
  });
  expect(Object.fromEntries(parseTasks('7_12 CANCELLED 0:15 None\n7_13 NODE_FAIL 1:0 NodeDown\n\n'))).toEqual({
    12: { state: 'CANCELLED', why: 'signal 15' },
    13: { state: 'NODE_FAIL', why: 'exit code 1, NodeDown' },
  });
});

const job = { hash: 'a', title: 'a', directory: '/tmp/profit-no-run/runs/a' };
const context = {
  command: trivialCommand,
  signal: new AbortController().signal,
  onStart: () => undefined,
  onEnd: () => undefined,
};

test('a machine without the programs of SLURM', async () => {
  const before = process.env.PATH;
  process.env.PATH = '';
  try {
    await expect(new SlurmLauncher().launch([job], context)).rejects.toThrow(
      'slurm: scancel is not installed here; run this where jobs are submitted',
    );
  } finally {
    process.env.PATH = before;
  }
});

test.skipIf(missing === undefined)(
  'without a cluster the error says what to do',
  async () => {
    await expect(new SlurmLauncher().launch([job], context)).rejects.toThrow(
      /slurm: scancel (is not installed here; run this where jobs are submitted|failed: .*SLURM_CONF says which one is asked)/s,
    );
  },
  120_000,
);

test.skipIf(missing !== undefined)(
  `a controller that does not answer${skipped}`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'profit-slurm-'));
    const file = join(folder, 'slurm.conf');
    const before = process.env.SLURM_CONF;
    try {
      // A port that nobody listens at.
      writeFileSync(file, `${readFileSync(before ?? '/etc/slurm/slurm.conf', 'utf8')}\nSlurmctldPort=9\n`);
      process.env.SLURM_CONF = file;
      await expect(new SlurmLauncher().launch([job], context)).rejects.toThrow(
        /slurm: scancel failed: .*Unable to contact slurm controller.*'sinfo' shows whether the cluster answers/s,
      );
    } finally {
      process.env.SLURM_CONF = before;
      rmSync(folder, { recursive: true });
    }
  },
  120_000,
);
