/** Runs that go on, seen through the server, with and without a browser. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { CachedFiles } from '@profit-sft/experiments';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runProfit } from '../command-line/run-profit.js';
import { runWatch } from '../commands/watch.js';
import { builtinRegistry } from '../registry.js';
import { chromium, chromiumNote, openChromium } from '../testing-model/chromium.js';
import { openPage } from '../testing-model/opened-page.js';
import { recordedTerminal } from '../testing-model/recorded-terminal.js';
import { eventLines, syntheticEvents, writeSyntheticAblation } from '../testing-model/synthetic-ablation.js';
import { startLiveServer, type LiveServer, type LiveServerOptions } from './live-server.js';
import { reportDataReader } from './report-data-of.js';

const small = { seeds: 1, steps: 40, evaluationSteps: 10, items: 10, unfinished: 3 };

let folder: string;
let hashes: string[];
let servers: LiveServer[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'profit-watch-'));
  hashes = writeSyntheticAblation(folder, small);
  servers = [];
});
afterEach(async () => {
  for (const server of servers) await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function serve(options: Partial<LiveServerOptions> = {}): Promise<LiveServer> {
  const read = reportDataReader([folder], new CachedFiles());
  const server = await startLiveServer({ read, host: '127.0.0.1', port: 0, footer: '', interval: 50, ...options });
  servers.push(server);
  return server;
}

/** The run that stands still in the middle of its training; the rest of its events. */
function openRun(): { log: string; rest: string } {
  const log = join(folder, 'runs', hashes[hashes.length - 2], 'training', 'events.jsonl');
  const events = syntheticEvents({ label: 'p ≤ 0.7' }, 0, small);
  const written = readFileSync(log, 'utf8').trimEnd().split('\n').length;
  return { log, rest: eventLines(events.slice(written)) };
}

function answerTo(url: string, host: string, method = 'GET'): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.once('error', reject).end();
  });
}

/** The lists of sections that a server tells, as they come. */
async function* told(url: string): AsyncGenerator<Map<string, string>> {
  const response = await fetch(`${url}events`);
  let text = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString('utf8');
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const [, data] = /^data: (.*)$/m.exec(text.slice(0, end)) ?? [];
      text = text.slice(end + 2);
      if (data === undefined) continue;
      yield new Map((JSON.parse(data) as { id: string; hash: string }[]).map(({ id, hash }) => [id, hash]));
    }
  }
}

describe('without a browser', () => {
  test('answers to names of this machine only, and to GET only', async () => {
    const { url } = await serve();
    const { port } = new URL(url);
    expect(await answerTo(url, `127.0.0.1:${port}`)).toBe(200);
    expect(await answerTo(url, `localhost:${port}`)).toBe(200);
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      'localhost:1',
      '127.0.0.1',
      `localhost.evil.example:${port}`,
    ]) {
      expect(await answerTo(url, host), host).toBe(403);
      expect(await answerTo(`${url}sections/runs`, host), host).toBe(403);
    }
    expect(await answerTo(url, `127.0.0.1:${port}`, 'POST')).toBe(405);
    expect(await answerTo(`${url}../../etc/passwd`, `127.0.0.1:${port}`)).toBe(404);
    expect(await answerTo(`${url}/`, `127.0.0.1:${port}`)).toBe(404);
    expect(await answerTo(`${url}?from=a`, `127.0.0.1:${port}`, 'HEAD')).toBe(200);
  });

  test('tells which sections changed when a log grows, and gives them', async () => {
    const { url } = await serve();
    const lists = told(url);
    const before = (await lists.next()).value as Map<string, string>;
    const page = await (await fetch(url)).text();
    for (const [id, hash] of before)
      expect(page, id).toContain(`<section id="${id}" aria-labelledby="${id}-title" data-hash="${hash}"`);
    const { log, rest } = openRun();
    const [half, other] = [rest.slice(0, 5000), rest.slice(5000)];
    appendFileSync(log, half);
    const after = (await lists.next()).value as Map<string, string>;
    const changed = [...after].filter(([id, hash]) => before.get(id) !== hash).map(([id]) => id);
    expect(changed).toEqual(expect.arrayContaining(['runs', 'curves', 'kept']));
    expect(changed).not.toContain('results');
    expect(changed).not.toContain('items');
    appendFileSync(log, other);
    await lists.next();
    expect(await (await fetch(`${url}sections/runs`)).text()).toContain('40 / 40');
    await lists.return(undefined);
  });

  test('a log that is cut back to a checkpoint and written again is read again', async () => {
    const files = new CachedFiles();
    const { log, rest } = openRun();
    const text = readFileSync(log, 'utf8');
    const { events } = files.events(log);
    const lines = text.trimEnd().split('\n');
    // The same length and more, but other steps.
    const others = lines.slice(0, 3).concat(lines.slice(4));
    writeFileSync(log, `${others.join('\n')}\n${rest}`);
    const again = files.events(log);
    expect(again.events).toHaveLength(others.length + rest.trimEnd().split('\n').length);
    expect(events).toHaveLength(lines.length);
    appendFileSync(log, 'no event\n{"half": ');
    expect(files.events(log)).toEqual({ events: again.events, skippedLines: 1 });
  });

  test('what cannot be read any more is told once, and the page keeps what it shows', async () => {
    const problems: string[] = [];
    const { url } = await serve({ onProblem: ({ message }) => void problems.push(message) });
    rmSync(folder, { recursive: true });
    while (problems.length === 0) await wait(10);
    expect(problems[0]).toMatch(/is no directory/);
    expect((await fetch(url)).status).toBe(200);
  });

  test('a port that is taken is a plain error', async () => {
    const { url } = await serve();
    const { terminal, texts } = recordedTerminal();
    const code = await runProfit(['watch', folder, '--no-open', '--port', new URL(url).port], terminal);
    expect(code).toBe(2);
    expect(texts.error).toMatch(/^profit: port \d+ of 127\.0\.0\.1 is in use; choose another with --port\n$/);
    expect(await runProfit(['watch', folder, '--host', '0.0.0.0'], terminal)).toBe(2);
  });

  test('profit watch prints its address, serves until it is told to end, and then lets go of the port', async () => {
    const { terminal, texts } = recordedTerminal();
    const end = new AbortController();
    const options = { directories: [folder], host: '127.0.0.1', port: 0, open: false };
    const context = { terminal, registry: builtinRegistry as never, setExitCode: () => undefined };
    const watched = runWatch(options, context, end.signal);
    while (!texts.out.endsWith('\n')) await wait(10);
    const url = texts.out.trim();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect((await fetch(url)).status).toBe(200);
    rmSync(folder, { recursive: true });
    while (!texts.error.includes('is no directory')) await wait(10);
    expect(texts.error).toMatch(/is no directory; the page keeps what it shows\n$/);
    end.abort();
    await watched;
    await expect(fetch(url)).rejects.toThrow();
  });
});

describe.skipIf(chromium === undefined)(`in Chromium${chromiumNote}`, () => {
  test('new points come without a reload, and choices, focus, open details and scroll position stay', async () => {
    const first = await serve();
    const browser = await openChromium();
    try {
      const { page, complaints, requests } = await openPage(browser, first.url);
      await page.evaluate('window.neverReloaded = true');
      await page.select('#tokens-run', hashes[hashes.length - 2]);
      await page.evaluate(`document.querySelector('#finished-runs').open = true`);
      await page.focus('#cell-0-0');
      await page.keyboard.press('ArrowDown');
      await page.evaluate(`document.querySelector('#tokens-scroll').scrollTop = 37`);
      const state = `({
        columns: document.querySelectorAll('#tokens-map thead th').length,
        run: document.querySelector('#tokens-run').value,
        focus: document.activeElement.id,
        scrolled: document.querySelector('#tokens-scroll').scrollTop,
        open: document.querySelector('#finished-runs').open,
        kept: window.neverReloaded === true,
      })`;
      interface PageState {
        readonly columns: number;
      }
      const look = async (): Promise<PageState> => (await page.evaluate(state)) as PageState;
      const before = await look();
      expect(before).toMatchObject({ focus: 'cell-1-0', scrolled: 37, run: hashes[hashes.length - 2] });
      // Sections that come into sight are laid out in the next frame, not before.
      const topOfTokens = async (): Promise<number> => {
        await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
        return Number(await page.evaluate(`document.querySelector('#tokens').getBoundingClientRect().top`));
      };
      const top = await topOfTokens();
      const { log, rest } = openRun();
      appendFileSync(log, rest);
      await page.waitForFunction(`document.querySelector('#runs').textContent.includes('40 / 40')`);
      await page.waitForFunction(`document.querySelectorAll('#tokens-map thead th').length > ${before.columns}`);
      expect(await look()).toEqual({ ...before, columns: 6 });
      expect(Math.abs((await topOfTokens()) - top)).toBeLessThan(5);
      expect(requests.every((url) => url.startsWith(first.url))).toBe(true);
      expect(complaints).toEqual([]);

      // The server goes, and comes back with something new.
      await first.close();
      servers.length = 0;
      await page.waitForFunction(`document.querySelector('#live-state').textContent.includes('gone')`);
      writeFileSync(
        join(folder, 'runs', hashes[hashes.length - 1], 'failure.json'),
        '{"message": "no space left", "time": ""}',
      );
      await serve({ port: Number(new URL(first.url).port) });
      await page.waitForFunction(`document.querySelector('#failures').textContent.includes('no space left')`);
      expect(await page.evaluate('window.neverReloaded')).toBe(true);
    } finally {
      await browser.close();
    }
  }, 120_000);
});
