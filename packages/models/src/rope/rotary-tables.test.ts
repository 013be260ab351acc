import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseModelConfig } from '../config/read-model-config.js';
import { rotaryFrequencies, rotaryTables } from './rotary-tables.js';

interface RopeCase {
  name: string;
  config: Record<string, unknown>;
  headSize: number;
  positions: number[];
  inverseFrequencies: number[];
  cosine: number[];
  sine: number[];
}

const path = fileURLToPath(new URL('../../fixtures/rope.json', import.meta.url));
const cases = JSON.parse(readFileSync(path, 'utf8')) as RopeCase[];

const relative = (actual: number, expected: number): number => Math.abs(actual - expected) / Math.abs(expected);

describe('rotaryTables', () => {
  it.each(cases)('agrees with transformers: $name', (rope) => {
    const config = parseModelConfig(rope.config, rope.name);
    expect(config.headSize).toBe(rope.headSize);
    const frequencies = rotaryFrequencies(config);
    expect(frequencies.length).toBe(rope.inverseFrequencies.length);
    // transformers computes in float32.
    expect(Math.max(...frequencies.map((value, i) => relative(value, rope.inverseFrequencies[i])))).toBeLessThan(1e-6);
    const tables = rotaryTables(config, Int32Array.from(rope.positions));
    for (const name of ['cosine', 'sine'] as const) {
      expect(tables[name].length).toBe(rope[name].length);
      const worst = Math.max(...tables[name].map((value, i) => Math.abs(value - rope[name][i])));
      // float32 angles of up to 2,047 radians are rounded to 1.2e-4.
      expect(worst).toBeLessThan(2e-4);
    }
  });

  it('the scaled frequencies of the cases do differ from the unscaled', () => {
    const [plain, llama3, linear] = cases.map((rope) => rotaryFrequencies(parseModelConfig(rope.config, rope.name)));
    expect(linear[0]).toBe(plain[0] / 4);
    const unscaled = rotaryFrequencies({ headSize: 64, ropeTheta: 500000, ropeScaling: undefined });
    const ratios = llama3.map((value, i) => value / unscaled[i]);
    expect(ratios.some((ratio) => ratio === 1)).toBe(true);
    expect(ratios.some((ratio) => Math.abs(ratio - 1 / 32) < 1e-12)).toBe(true);
    expect(ratios.some((ratio) => ratio > 0.05 && ratio < 0.95)).toBe(true);
  });

  it('lays out pairs in halves: position 0 turns nothing, position 1 by the frequency', () => {
    const { cosine, sine } = rotaryTables({ headSize: 4, ropeTheta: 100, ropeScaling: undefined }, Int32Array.of(0, 1));
    expect([...cosine.subarray(0, 4), ...sine.subarray(0, 4)]).toEqual([1, 1, 1, 1, 0, 0, 0, 0]);
    const f = Math.fround;
    expect([...sine.subarray(4)]).toEqual([f(Math.sin(1)), f(Math.sin(0.1)), f(Math.sin(1)), f(Math.sin(0.1))]);
    expect([...cosine.subarray(4)]).toEqual([f(Math.cos(1)), f(Math.cos(0.1)), f(Math.cos(1)), f(Math.cos(0.1))]);
  });
});
