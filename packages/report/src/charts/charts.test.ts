import { describe, expect, test } from 'vitest';
import { histogram } from './histogram.js';
import { lineChart } from './line-chart.js';
import { movingAverage, thinPoints, type Point } from './points.js';

/** The names of the elements in document order; throws where tags do not nest or an attribute is malformed. */
function elements(svg: string): string[] {
  const names: string[] = [];
  const open: string[] = [];
  let end = 0;
  for (const match of svg.matchAll(/<(\/?)([a-zA-Z]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g)) {
    const between = svg.slice(end, match.index);
    if (/[<>]|&(?!(amp|lt|gt|quot|#39);)/.test(between)) throw new Error(`stray markup in ${JSON.stringify(between)}`);
    end = match.index + match[0].length;
    const [, closing, name, , empty] = match;
    if (closing !== '') {
      if (open.pop() !== name) throw new Error(`</${name}> closes nothing`);
    } else {
      names.push(name);
      if (empty === '') open.push(name);
    }
  }
  if (open.length > 0 || svg.slice(end).trim() !== '') throw new Error('the document does not end with its root');
  return names;
}

const numbersOf = (svg: string): number[] =>
  [...svg.matchAll(/<path d="([^"]*)"/g)].flatMap(([, path]) => (path.match(/-?\d+(\.\d+)?/g) ?? []).map(Number));

describe('lineChart', () => {
  const axes = { title: 'Loss & <more>', xLabel: 'step', yLabel: 'nats "per" token' };

  test('is well-formed whatever the labels say, and names each series', () => {
    const svg = lineChart({
      ...axes,
      series: [
        {
          name: '</text><script>',
          points: [
            [0, 1],
            [1, 2],
          ],
        },
        {
          name: 'b\u0000',
          points: [
            [0, 2],
            [1, 1],
          ],
          dots: true,
        },
      ],
    });
    const names = elements(svg);
    expect(names.filter((name) => name === 'path')).toHaveLength(2);
    expect(names.filter((name) => name === 'circle')).toHaveLength(2);
    expect(names).toContain('title');
    expect(names).not.toContain('script');
    expect(svg).toContain('&lt;/text&gt;&lt;script&gt;</text>');
  });

  test('breaks the line at a value that is not finite', () => {
    const svg = lineChart({
      ...axes,
      series: [
        {
          name: 'a',
          points: [
            [0, 1],
            [1, 2],
            [2, NaN],
            [3, 1],
            [4, 2],
          ],
        },
      ],
    });
    const [, path] = /<path d="([^"]*)"/.exec(svg) ?? [];
    expect(path.match(/M/g)).toHaveLength(2);
    expect(svg).not.toContain('NaN');
  });

  test.each([
    ['no points', []],
    ['one point', [[3, 4]]],
    [
      'equal values',
      [
        [0, 2],
        [1, 2],
      ],
    ],
    ['zero', [[0, 0]]],
  ] as [string, Point[]][])('draws %s on both scales', (_, points) => {
    for (const yScale of ['linear', 'log'] as const) {
      const svg = lineChart({ ...axes, yScale, series: [{ name: 'a', points }] });
      elements(svg);
      expect(svg).not.toMatch(/NaN|Infinity/);
    }
  });

  test('a point twice as high on the log scale is a constant step away', () => {
    const svg = lineChart({
      ...axes,
      yScale: 'log',
      yDomain: [1, 4],
      series: [
        {
          name: 'a',
          points: [
            [0, 1],
            [1, 2],
            [2, 4],
          ],
        },
      ],
    });
    const [, y0, , y1, , y2] = numbersOf(svg);
    expect(y0 - y1).toBeCloseTo(y1 - y2, 1);
  });

  test('has a legend instead of end labels when there are more series than fit', () => {
    const series = Array.from({ length: 20 }, (_, index) => ({ name: `s${index}`, points: [[0, index]] as Point[] }));
    const svg = lineChart({ ...axes, height: 200, series });
    elements(svg);
    for (const { name } of series) expect(svg).toContain(`>${name}</text>`);
  });
});

describe('histogram', () => {
  test('has one bar per bin, whose titles add up to the values inside', () => {
    const values = [0, 0.05, 0.5, 0.999, 1, NaN, 7];
    const svg = histogram({
      title: 't',
      values,
      domain: [0, 1],
      bins: 10,
      xLabel: 'p',
      yLabel: 'n',
      marker: { x: 0.1, label: 'τ' },
    });
    elements(svg);
    const counts = [...svg.matchAll(/<title>[^<]*: (\d+)<\/title>/g)].map(([, count]) => Number(count));
    expect(counts).toHaveLength(10);
    expect(counts.reduce((sum, count) => sum + count)).toBe(5);
    expect(counts[0]).toBe(2);
    expect(svg).toContain('2 left out');
  });

  test('accepts no values', () => {
    elements(histogram({ title: 't', values: [], xLabel: 'p', yLabel: 'n' }));
  });
});

test('thinPoints keeps the ends, the extremes and the order', () => {
  const points = Array.from({ length: 10_000 }, (_, x): Point => [
    x,
    x === 5_003 ? 100 : x === 7_001 ? NaN : Math.sin(x),
  ]);
  const thinned = thinPoints(points, 100);
  expect(thinned.length).toBeLessThanOrEqual(401);
  expect(thinned[0]).toBe(points[0]);
  expect(thinned.at(-1)).toBe(points.at(-1));
  expect(thinned).toContain(points[5_003]);
  expect(thinned).toContain(points[7_001]);
  expect(thinned.every(([x], index) => index === 0 || x > thinned[index - 1][0])).toBe(true);
});

test('movingAverage averages the last values and ignores those that are not finite', () => {
  expect(
    movingAverage(
      [
        [1, 2],
        [2, 4],
        [3, NaN],
        [4, 6],
      ],
      2,
    ),
  ).toEqual([
    [1, 2],
    [2, 3],
    [3, 3],
    [4, 5],
  ]);
});
