import { parameterCount, parseModelConfig } from '@profit-sft/models';
import { describe, expect, test } from 'vitest';
import { pageCosts, type Costs } from './cost-model.js';
import { readCostPage, wantedCostPage } from './cost-page.js';
import { neededMemory } from './needed-memory.js';
import { keptProducts } from '@profit-sft/backend-onnxruntime';
import { stepFlops, type StepShape } from './program-flops.js';
import { measuredShapes } from './shapes.js';

const page = readCostPage();

test('the tables of docs/cost.md are those of the baseline and the kept results', async () => {
  expect(page, 'stale: run "npm run bench:page"').toBe(await wantedCostPage());
});

function relative(figure: number, truth: number): number {
  return Math.abs(figure / truth - 1);
}

const operations = ({ forward, backward, recomputation, head }: Costs): number =>
  forward + backward + recomputation + head;

const untied = parseModelConfig({ ...measuredShapes.smollm2.config.raw, tie_word_embeddings: false }, 'untied');
const shapes = [
  ...Object.values(measuredShapes),
  { label: 'untied, 2 × 1024', config: untied, rows: 2, columns: 1024 },
];
const budgets = [
  ['keeping everything', { activationMemoryBytes: 1e12, headMemoryBytes: 1e12 }],
  ['recomputing everything', { activationMemoryBytes: 0, headMemoryBytes: 0 }],
  ['keeping some layers', { activationMemoryBytes: 40e6, headMemoryBytes: 1e12 }],
] as const;
const fractions = [
  ['sft', 1, 1],
  ['half prompt', 0.5, 1],
  ['half prompt, 30 % kept', 0.5, 0.3],
  ['all response, 5 % kept', 1, 0.05],
] as const;

describe.each(shapes)('the formulas of docs/cost.md, $label', ({ config, rows, columns }) => {
  const step = (response: number, kept: number, bytes: (typeof budgets)[number][1]): StepShape => {
    const scored = Math.round(response * rows * columns);
    return { batch: rows, sequence: columns, scored, kept: Math.round(kept * scored), ...bytes };
  };

  describe.each(budgets)('%s', (_, bytes) => {
    test.each(fractions)('operations of a step, %s, within 2 % of the programs', (_name, response, kept) => {
      const shape = step(response, kept, bytes);
      expect(relative(operations(pageCosts(page, config, shape)), stepFlops(config, shape))).toBeLessThan(0.02);
    });
  });

  test('bytes, within 2 % of the parameters and the programs', () => {
    const costs = pageCosts(page, config, step(1, 1, budgets[0][1]));
    const needed = neededMemory(config, rows, columns);
    expect(relative(costs.parameters, parameterCount(config))).toBeLessThan(0.02);
    expect(relative(costs.state, needed.state)).toBeLessThan(0.02);
    expect(relative(costs.layerInputs, needed.layerInputs)).toBeLessThan(0.02);
    expect(relative(costs.layerActivations, needed.layerActivations)).toBeLessThan(0.02);
    expect(relative(costs.keptProducts, keptProducts(config, rows * columns, Infinity).bytes)).toBeLessThan(0.02);
  });
});

test('formulas that differ from the programs are noticed', () => {
  const { config, rows, columns } = measuredShapes.qwen3;
  const wrong = page.replace('10 * A * q', '8 * A * q');
  expect(wrong).not.toBe(page);
  const scored = rows * columns;
  const shape = { batch: rows, sequence: columns, scored, kept: scored, ...budgets[0][1] };
  const [right, other] = [page, wrong].map((text) => operations(pageCosts(text, config, shape)));
  expect(other).not.toBe(right);
});
