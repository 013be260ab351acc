/** The page of an ablation of fifty runs in a real browser: that it opens fast, loads nothing, can be read, used by keyboard and printed. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProfit } from '../command-line/run-profit.js';
import { chromium, chromiumNote, openChromium } from '../testing-model/chromium.js';
import { contrastScript } from '../testing-model/contrast-script.js';
import { openPage } from '../testing-model/opened-page.js';
import { recordedTerminal } from '../testing-model/recorded-terminal.js';
import { writeSyntheticAblation } from '../testing-model/synthetic-ablation.js';

const sections = [
  ...[
    'Results',
    'Differences from the baseline',
    'Threshold τ in both directions',
    'Runs',
    'Learning curves',
    'Kept tokens',
  ],
  ...['Probabilities over training', 'Differences by item', 'Tokens over training', 'Failures and warnings'],
  'Environment and commands',
];

let folder: string;
let file: string;
let browser: Browser;

beforeAll(async () => {
  if (chromium === undefined) return;
  folder = mkdtempSync(join(tmpdir(), 'profit-report-'));
  writeSyntheticAblation(folder, { seeds: 5, steps: 1000, evaluationSteps: 50, items: 200, unfinished: 3 });
  file = join(folder, 'report.html');
  const { terminal, texts } = recordedTerminal();
  expect(await runProfit(['report', folder], terminal), texts.error).toBe(0);
  browser = await openChromium();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

const url = (): string => pathToFileURL(file).href;

describe.skipIf(chromium === undefined)(`a report of fifty runs in Chromium${chromiumNote}`, () => {
  test('is under 5 MB, opens in under 2 s, says nothing on the console and asks for nothing', async () => {
    const megabytes = statSync(file).size / 1e6;
    expect(megabytes).toBeLessThan(5);
    // The machine may be busy with other tests: again until it is not, but not for ever.
    const opened = [];
    for (let attempt = 0; attempt < 6 && (opened.at(-1)?.wall ?? Infinity) >= 2000; attempt++) {
      const { page, complaints, requests, times } = await openPage(browser, url());
      expect(complaints).toEqual([]);
      expect(requests).toEqual([]);
      expect(await page.title()).toBe(folder.split('/').at(-1));
      opened.push(times);
      await page.close();
    }
    const best = opened.reduce((a, b) => (a.wall < b.wall ? a : b));
    const milliseconds = Object.entries(best).map(([what, time]) => `${what} ${Math.round(time)} ms`);
    process.stderr.write(`report of 50 runs: ${megabytes.toFixed(2)} MB; ${milliseconds.join(', ')}\n`);
    expect(Math.max(best.load, best.paint, best.wall)).toBeLessThan(2000);
  });

  test.each(['light', 'dark'] as const)('every text has a contrast of at least 4.5 in %s', async (scheme) => {
    const { page } = await openPage(browser, url(), scheme);
    await page.evaluate(`document.querySelectorAll('details').forEach((own) => (own.open = true))`);
    const contrasts = (await page.evaluate(contrastScript)) as { text: string; ratio: number }[];
    expect(contrasts.length).toBeGreaterThan(500);
    expect(contrasts.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
    const background = await page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(background).toBe(scheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(20, 23, 26)');
    await page.close();
  });

  test('shows every section, its links lead there, and text of data stays text', async () => {
    const { page, complaints } = await openPage(browser, url());
    const headings = await page.evaluate(`Array.from(document.querySelectorAll('h2'), (own) => own.textContent)`);
    expect(headings).toEqual(sections);
    const dead = await page.evaluate(
      `Array.from(document.querySelectorAll('nav a'), (own) => own.hash).filter((hash) => document.querySelector(hash) === null)`,
    );
    expect(dead).toEqual([]);
    expect(await page.evaluate(`document.querySelectorAll('img').length`)).toBe(0);
    expect(await page.evaluate(`document.querySelector('#failures').textContent`)).toContain('<img src=x');
    const unnamed = await page.evaluate(
      `Array.from(document.querySelectorAll('svg')).filter((own) => own.querySelector('title') === null).length`,
    );
    expect(unnamed).toBe(0);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('the token map is moved through by keys, and says what a cell holds', async () => {
    const { page } = await openPage(browser, url());
    const focused = (): Promise<unknown> => page.evaluate('document.activeElement.id');
    const said = (): Promise<unknown> => page.evaluate(`document.querySelector('#tokens-cell').textContent`);
    // By Tab alone: from the last control into the map, whose cells are one stop.
    await page.focus('#tokens-example');
    for (let presses = 0; presses < 3 && (await focused()) !== 'cell-0-0'; presses++) await page.keyboard.press('Tab');
    expect(await focused()).toBe('cell-0-0');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toBe('cell-1-1');
    expect(await said()).toMatch(/^ ?w11, step 50: p = [\d.e-]+, (kept|masked)$/);
    await page.keyboard.down('Control');
    await page.keyboard.press('End');
    await page.keyboard.up('Control');
    expect(await focused()).toBe('cell-49-20');
    expect(await said()).toContain('step 1000');
    // A run of a rule that keeps p > 0.1: what is masked is exactly what is not above it.
    await page.select('#tokens-run', '0000000000000005');
    const cells = (await page.evaluate(
      `Array.from(document.querySelectorAll('#tokens-map td'), (own) => own.getAttribute('aria-label'))`,
    )) as string[];
    expect(cells).toHaveLength(50 * 21);
    const wrong = cells.filter((text) => {
      const [, p, state] = /p = ([\d.e-]+), (kept|masked)$/.exec(text) ?? [];
      // Probabilities are embedded in steps of half a per cent.
      return Math.abs(Number(p) - 0.1) > 0.001 && Number(p) > 0.1 !== (state === 'kept');
    });
    expect(wrong).toEqual([]);
    expect(cells.some((text) => text.endsWith('masked'))).toBe(true);
    await page.close();
  });

  test('items are compared by keys: other choices give other lists, and an item unfolds', async () => {
    const { page } = await openPage(browser, url());
    const summary = (): Promise<unknown> => page.evaluate(`document.querySelector('#items-summary').textContent`);
    await page.select('#items-first', 'run:0000000000000000');
    await page.select('#items-second', 'run:0000000000000000');
    expect(await summary()).toMatch(/A more often right than B: 0 · B more often right than A: 0/);
    await page.focus('#items-second');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    expect(await page.evaluate(`document.querySelector('#items-second').value`)).toBe('group:p > 0.1');
    const [, counted] = /B more often right than A: (\d+)/.exec(String(await summary())) ?? [];
    expect(Number(counted)).toBeGreaterThan(0);
    await page.select('#items-filter', 'second');
    expect(await page.evaluate(`document.querySelectorAll('#items-list > li').length`)).toBe(
      Math.min(25, Number(counted)),
    );
    await page.focus('#items-list summary');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#items-list details[open] dl');
    expect(await page.evaluate(`document.querySelector('#items-list details[open]').textContent`)).toContain(
      'more words',
    );
    await page.close();
  });

  test('prints: every section is there, in light colours, without controls', async () => {
    const { page } = await openPage(browser, url(), 'dark');
    await page.emulateMediaType('print');
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    expect(await page.evaluate(`getComputedStyle(document.querySelector('nav.sections')).display`)).toBe('none');
    const shown = await page.evaluate(
      `Array.from(document.querySelectorAll('main section')).filter((own) => own.getBoundingClientRect().height > 40).length`,
    );
    expect(shown).toBe(sections.length);
    const pdf = Buffer.from(await page.pdf({ format: 'A4' }));
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g) ?? [];
    expect(pages.length).toBeGreaterThan(4);
    const { PROFIT_REPORT_PDF } = process.env;
    if (PROFIT_REPORT_PDF !== undefined) writeFileSync(PROFIT_REPORT_PDF, pdf);
    await page.close();
  });
});
