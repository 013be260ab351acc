import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { expectAllFinishOnce, expectStoppedIsReported, trivialCommand } from '../testing/many-jobs.js';
import { RayLauncher } from './ray-launcher.js';
import { sendRequest } from './send-request.js';

const address = process.env.PROFIT_RAY ?? '';

const skipped = address === '' ? ' (skipped: PROFIT_RAY names no head node, e.g. http://127.0.0.1:8265)' : '';

describe.skipIf(address === '')(`a Ray cluster${skipped}`, () => {
  test('200 runs, one killed: all finish, none twice', async () => {
    await expectAllFinishOnce(new RayLauncher({ address, concurrency: 8, cpus: 1, pollSeconds: 0.5 }), 200);
  }, 1_800_000);

  test('a job that is stopped', async () => {
    const stop = async (hash: string): Promise<void> => {
      const { text } = await sendRequest('GET', `${address}/api/jobs/`, undefined, 30_000);
      const all = JSON.parse(text) as { status: string; submission_id: string; metadata?: { ablation_run?: string } }[];
      const victim = all.find(({ status, metadata }) => status === 'RUNNING' && metadata?.ablation_run === hash);
      await sendRequest('POST', `${address}/api/jobs/${victim?.submission_id}/stop`, undefined, 30_000);
    };
    const launcher = new RayLauncher({ address, concurrency: 3, cpus: 1, pollSeconds: 0.5 });
    await expectStoppedIsReported(launcher, stop, /its process ended as STOPPED \(.*stopped/);
  }, 300_000);
});

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
    `curl -X POST http://head:8265/api/jobs/ -H 'Content-Type: application/json' -d '{"entrypoint":"/bin/node job.js /out/runs/a >> /out/runs/a/log.txt 2>&1","runtime_env":{"env_vars":{"RAY_JOB_STOP_WAIT_TIME_S":"120"}},"metadata":{"ablation_run":"a","title":"seed 1"},"entrypoint_num_cpus":4}'`,
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

test('an address that is none', async () => {
  const launcher = new RayLauncher({ address: '127.0.0.1:8265', concurrency: 1 });
  await expect(launcher.launch([job], context)).rejects.toThrow(/127\.0\.0\.1:8265 is no address such as http:/);
});

/** A head node that takes jobs and then gives the answers that are told. */
async function headNode(answer: (count: number) => { status: number; text: string } | undefined, posts: string[] = []) {
  let count = 0;
  const server = createServer((request, response) => {
    if (request.method === 'POST') {
      posts.push(request.url ?? '');
      return response.end('{"submission_id": "s"}');
    }
    const reply = answer(count++);
    if (reply === undefined) return request.socket.destroy();
    response.statusCode = reply.status;
    response.end(reply.text);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const times = { pollSeconds: 0.05, patienceSeconds: 0.5 };
  return new RayLauncher({ address: `http://127.0.0.1:${port}`, concurrency: 1, ...times });
}

const running = { status: 200, text: '{"status": "RUNNING"}' };

test('a head node that is silent for a while is waited for, one that stays silent is given up', async () => {
  const ends: (string | undefined)[] = [];
  const following = { ...context, onEnd: (_: unknown, problem?: string) => void ends.push(problem) };
  const back = await headNode((count) =>
    count === 0 ? running : count < 4 ? undefined : { status: 200, text: '{"status": "SUCCEEDED"}' },
  );
  await back.launch([job], following);
  expect(ends).toEqual([undefined]);
  const gone = await headNode((count) => (count === 0 ? running : undefined));
  await expect(gone.launch([job, job], following)).rejects.toThrow(
    /ray: no answer for 0\.5 s \(.*\)\. Jobs may still run; when the cluster answers, start the ablation again/,
  );
  expect(ends).toHaveLength(1);
});

test('a head node that was started anew and knows nothing of the job', async () => {
  const problems: (string | undefined)[] = [];
  const anew = await headNode((count) => (count === 0 ? running : { status: 404, text: 'not found' }));
  await anew.launch([job], { ...context, onEnd: (_, problem) => void problems.push(problem) });
  expect(problems).toEqual([expect.stringMatching(/^was lost: .*the head node does not know the job/)]);
});

test('an interrupted ablation asks to stop its job once, waits for its end, and sends no other', async () => {
  const interrupt = new AbortController();
  const posts: string[] = [];
  const problems: (string | undefined)[] = [];
  const launcher = await headNode((count) => {
    if (count === 1) interrupt.abort();
    return count < 5 ? running : { status: 200, text: '{"status": "STOPPED", "message": "by its user\\nat noon"}' };
  }, posts);
  await launcher.launch([job, job], {
    ...context,
    signal: interrupt.signal,
    onEnd: (_, problem) => void problems.push(problem),
  });
  expect(posts).toEqual(['/api/jobs/', '/api/jobs/s/stop']);
  expect(problems).toEqual(['ended as STOPPED (by its user)']);
});

test('a head node that refuses', async () => {
  const server = createServer((_request, response) => {
    response.statusCode = 500;
    response.end('Traceback: no disk');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const launcher = new RayLauncher({ address: `http://127.0.0.1:${port}`, concurrency: 1 });
  await expect(launcher.launch([job], context)).rejects.toThrow(/ray: POST .*api\/jobs\/: 500 Traceback: no disk/);
});

test.each([
  ['null', 'null'],
  ['no name', '{"status": "RUNNING"}'],
  ['a name that would lead to another address', '{"submission_id": "../../api/version"}'],
])('a submission that is answered with %s', async (_, text) => {
  const server = createServer((_request, response) => response.end(text)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const launcher = new RayLauncher({ address: `http://127.0.0.1:${port}`, concurrency: 1 });
  await expect(launcher.launch([job], context)).rejects.toThrow(/does not answer as Ray's Jobs API does/);
});

test('a password in the address is refused, and not repeated', () => {
  const made = () => new RayLauncher({ address: 'http://me:S3cret@head:8265', concurrency: 1 });
  expect(made).toThrow(/address: may not hold a name and a password/);
  expect(made).not.toThrow(/S3cret/);
});

test('a server whose answer does not end', async () => {
  const server = createServer((_request, response) => {
    const more = (): void => void response.write('x'.repeat(2 ** 20), () => setImmediate(more));
    more();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.closeAllConnections());
  const { port } = server.address() as AddressInfo;
  const launcher = new RayLauncher({ address: `http://127.0.0.1:${port}`, concurrency: 1 });
  await expect(launcher.launch([job], context)).rejects.toThrow(
    /does not answer \(the reply is longer than 8388608 bytes\)/,
  );
  server.close();
});
