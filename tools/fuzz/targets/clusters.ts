import { jobStatus, submissionId } from '../../../packages/experiments/src/launchers/ray-reply.js';
import { parseTasks } from '../../../packages/experiments/src/launchers/slurm-launcher.js';
import { jsonInputs } from '../either.js';
import type { FuzzTarget } from '../fuzz-target.js';
import { mutatedBytes } from '../mutate-bytes.js';
import { textOf } from '../write-input.js';

const submitted = { submission_id: 'raysubmit_aBc123', job_id: null };
const job = { status: 'FAILED', message: 'out of memory\nmore', submission_id: 'raysubmit_aBc123' };
const tasks = [
  '7_0                 RUNNING             0           None',
  '7_2                 FAILED              768         NonZeroExitCode',
  '7_[4-9]             PENDING             0           (Nodes required for job are DOWN, DRAINED)',
  '7_12 CANCELLED 0:15 None',
].join('\n');

export const clusterTargets: readonly FuzzTarget[] = [
  {
    name: 'ray-reply',
    times: 4,
    reads: 'replies of Ray’s Jobs API',
    source: 'packages/experiments/src/launchers/ray-reply.ts',
    inputs: jsonInputs([submitted, job]),
    parse(input) {
      const text = textOf(input);
      if (text.includes('"status"')) {
        jobStatus(text, 'http://head/api/jobs/x');
        return;
      }
      const id = submissionId(text, 'http://head/api/jobs/');
      const { pathname } = new URL(`http://head/api/jobs/${id}`);
      if (pathname !== `/api/jobs/${id}`) throw new Error(`the name ${id} leads to ${pathname}`);
    },
  },
  {
    name: 'slurm-tasks',
    times: 4,
    reads: 'what `squeue` and `sacct` write',
    source: 'packages/experiments/src/launchers/slurm-launcher.ts',
    inputs: mutatedBytes([tasks]),
    parse: (input) => parseTasks(textOf(input)),
  },
];
