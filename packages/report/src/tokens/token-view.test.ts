import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { createRandom } from '@profit-sft/core';
import { describe, expect, test } from 'vitest';
import { tokenView, type TokenViewRow, type TokenViewToken } from './token-view.js';
import { tokenViewPage } from './token-view-page.js';
import { tokenViewScript } from './token-view-script.js';

const hostile = [
  '</script><script>alert(1)</script>',
  '" onmouseover="alert(1)',
  '<!--',
  '&lt;',
  '\u2028\u0000',
  '\n\t',
];

function randomRows(count: number): TokenViewRow[] {
  const random = createRandom(3, 'token view');
  return Array.from({ length: count }, (_, row) => ({
    label: `train.jsonl:${row + 1}`,
    tokens: [
      { text: 'prompt ', target: false },
      ...Array.from({ length: 20 }, (): TokenViewToken => {
        const probability = [0.1, 1e-6, 1][random.integer(6)] ?? random.next();
        return { text: ` w${random.integer(9)}`, target: true, logProb: Math.fround(Math.log(probability)) };
      }),
    ],
  }));
}

/** The functions of the page's own script. */
const script = runInNewContext(`${tokenViewScript}; ({ keepsToken, thresholdAt, positionOf })`) as {
  keepsToken(logProb: number, threshold: number, direction: 'high' | 'low'): boolean;
  thresholdAt(position: number, scale: 'log' | 'linear'): number;
  positionOf(threshold: number, scale: 'log' | 'linear'): number;
};

const embedded = (html: string): Record<string, unknown> =>
  JSON.parse(/<script type="application\/json">(.*?)<\/script>/s.exec(html)?.[1] ?? 'null');

test('hostile token text stays text, and the data survive', () => {
  const tokens = hostile.map((text) => ({ text, target: true, logProb: -1 }));
  const html = tokenViewPage({
    title: hostile[0],
    model: hostile[1],
    rule: hostile[0],
    rows: [{ label: hostile[0], tokens: [...tokens, { text: hostile[0], target: false }] }],
    footer: hostile[0],
  });
  expect(html).not.toContain('<script>alert');
  expect(html.replace(/<script type="application\/json">.*?<\/script>/s, '')).not.toContain('" onmouseover');
  expect(html.match(/<script/g)).toHaveLength(2);
  expect(html.match(/<\/script>/g)).toHaveLength(2);
  expect(embedded(html).texts).toEqual(hostile);
});

test('the page asks for nothing outside itself', () => {
  const html = tokenViewPage({ title: 't', model: 'm', rule: 'profit', rows: randomRows(2) });
  expect(html).toContain(`default-src 'none'`);
  expect(html).not.toMatch(/(src|href)=|url\(|@import|fetch\(|XMLHttpRequest/);
});

test('the script masks the same tokens as the static view, in both directions', () => {
  const rows = randomRows(10);
  const targets = rows.flatMap(({ tokens }) => tokens.filter(({ target }) => target));
  for (const threshold of [0, 1e-6, 0.1, 0.37, 1]) {
    for (const view of ['high', 'low'] as const) {
      const html = tokenView({ rule: 'profit', threshold, view, rows });
      const states = [...html.matchAll(/<span class="token( masked)?" style="[^"]*" tabindex/g)].map(
        ([, masked]) => !masked,
      );
      const byScript = targets.map(({ logProb }) => script.keepsToken(logProb ?? NaN, threshold, view));
      expect(states).toEqual(byScript);
      expect(html).toContain(`>${byScript.filter(Boolean).length} of ${targets.length} kept`);
    }
  }
});

test('a token exactly at the threshold is masked by high and kept by low', () => {
  const logProb = Math.fround(Math.log(0.1));
  expect(script.keepsToken(logProb, 0.1, 'high')).toBe(false);
  expect(script.keepsToken(logProb, 0.1, 'low')).toBe(true);
  expect(script.keepsToken(Math.fround(Math.log(0.101)), 0.1, 'high')).toBe(true);
  expect(script.keepsToken(-20, 0, 'high')).toBe(true);
});

test('slider positions and thresholds are inverse, and the left end is 0', () => {
  for (const scale of ['log', 'linear'] as const) {
    expect(script.thresholdAt(0, scale)).toBe(0);
    expect(script.thresholdAt(1, scale)).toBe(1);
    for (const threshold of [0, 0.001, 0.1, 0.5, 1]) {
      expect(script.thresholdAt(script.positionOf(threshold, scale), scale)).toBeCloseTo(threshold, 12);
    }
  }
});

test('weights of a rule are shown as they are; a target without a log-probability is refused', () => {
  const tokens = [
    { text: 'a', target: true, logProb: -5, weight: 0.5 },
    { text: 'b', target: true, logProb: -0.1, weight: 0 },
  ];
  const html = tokenView({ rule: 'mine', rows: [{ tokens }] });
  expect(html).toContain('1 of 2 kept');
  expect(embedded(html)).toMatchObject({ view: 'rule', weights: [0.5, 0] });
  expect(() => tokenView({ rule: 'mine', rows: [{ tokens: [{ text: 'c', target: true }] }] })).toThrow(
    /"c" has no logProb/,
  );
  expect(() => tokenView({ rule: 'mine', view: 'rule', rows: randomRows(1) })).toThrow(/weight/);
});

test('no tokens at all', () => {
  expect(tokenView({ rule: 'profit', rows: [] })).toContain('0 of 0 kept (0.0 %)');
});

const browser = process.env.PROFIT_CHROMIUM ?? 'chromium';
const hasBrowser = spawnSync(browser, ['--version']).status === 0;

describe.skipIf(!hasBrowser)('in a browser (needs chromium on the PATH, or PROFIT_CHROMIUM)', () => {
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'];

  /** The page's document after `interaction` ran in it. */
  function documentAfter(html: string, interaction: string): string {
    const folder = mkdtempSync(join(tmpdir(), 'profit-report-'));
    try {
      const file = join(folder, 'page.html');
      writeFileSync(file, html.replace('</body>', `<script>${interaction}</script></body>`));
      const profile = [
        `--user-data-dir=${join(folder, 'profile')}`,
        '--disable-background-networking',
        '--disable-component-update',
      ];
      return execFileSync(browser, [...flags, ...profile, '--dump-dom', `file://${file}`], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  test('moving the threshold recounts and masks, and the arrow keys walk the tokens', () => {
    const rows = randomRows(5);
    const html = tokenViewPage({ title: 't', model: 'm', rule: 'profit', threshold: 0.1, rows });
    const dom = documentAfter(
      html,
      `const view = document.querySelector('[data-token-view]');
       const number = view.querySelector('[data-control=threshold]');
       number.value = '0.5'; number.dispatchEvent(new Event('input'));
       const first = view.querySelector('.token-row .token'); first.focus();
       first.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));`,
    );
    const targets = rows.flatMap(({ tokens }) => tokens.filter(({ target }) => target));
    const kept = targets.filter(({ logProb }) => script.keepsToken(logProb ?? NaN, 0.5, 'high')).length;
    expect(dom).toContain(`>${kept} of ${targets.length} kept (`);
    expect(dom.match(/class="token masked" style="[^"]*" tabindex/g) ?? []).toHaveLength(targets.length - kept);
    const second = targets[1];
    expect(dom).toContain(`${JSON.stringify(second.text)}  p = `);
    expect(dom).toContain(`NLL = ${(-(second.logProb ?? NaN)).toFixed(4)} nats`);
  });
});
