import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { expectAllFinishOnce, trivialCommand } from '../testing/many-jobs.js';
import { RayLauncher } from './ray-launcher.js';

const address = process.env.PROFIT_RAY ?? '';

test.skipIf(address === '')(
  `200 runs on a Ray cluster, one killed: all finish, none twice${address === '' ? ' (skipped: PROFIT_RAY names no head node, e.g. http://127.0.0.1:8265)' : ''}`,
  () => expectAllFinishOnce(new RayLauncher({ address, concurrency: 8, cpus: 1, pollSeconds: 0.5 }), 200),
  1_800_000,
);

const job = { hash: 'a', title: 'seed 1', directory: '/out/runs/a' };
const context = {
  command: trivialCommand,
  signal: new AbortController().signal,
  onStart: () => undefined,
  onEnd: () => undefined,
};

test('the plan is what is sent', () => {
  const launcher = new RayLauncher({ address: 'http://head:8265/', concurrency: 2, cpus: 4 });
  expect(launcher.plan([job], ['/bin/node', 'job.js'])).toEqual([
    `curl -X POST http://head:8265/api/jobs/ -H 'Content-Type: application/json' -d '{"entrypoint":"/bin/node job.js /out/runs/a >> /out/runs/a/log.txt 2>&1","metadata":{"ablation_run":"a","title":"seed 1"},"entrypoint_num_cpus":4}'`,
  ]);
});

test('a head node that is not there', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const launcher = new RayLauncher({ address: `http://127.0.0.1:${port}`, concurrency: 1 });
  await expect(launcher.launch([job], context)).rejects.toThrow(/api\/jobs\/ does not answer \(ECONNREFUSED\)/);
});

test('a server that is something else', async () => {
  const server = createServer((_request, response) => response.end('<html>')).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const launcher = new RayLauncher({ address: `http://127.0.0.1:${port}`, concurrency: 1 });
  await expect(launcher.launch([job], context)).rejects.toThrow(/does not answer as Ray's Jobs API does: <html>/);
  server.close();
});
