import { describe, expect, test } from 'vitest';
import { MemoryLimitError } from '@profit-sft/core';
import { parseModelConfig } from '@profit-sft/models';
import { planMemory } from './plan-memory.js';
import type { MemoryLimits } from './pass-budget.js';

const mebibyte = 2 ** 20;
const config = parseModelConfig(
  {
    ...{ architectures: ['LlamaForCausalLM'], model_type: 'llama', vocab_size: 32000, hidden_size: 288 },
    ...{ intermediate_size: 768, num_hidden_layers: 6, num_attention_heads: 6, tie_word_embeddings: true },
  },
  'test',
);
const largest = { rows: 4, columns: 256, scored: 1020 };
const free: MemoryLimits = { activationMemoryBytes: 1024 * mebibyte, headMemoryBytes: 512 * mebibyte };
const plan = (memory?: number, limits: Partial<MemoryLimits> = {}) =>
  planMemory(config, largest, {
    ...free,
    ...limits,
    memoryBytes: memory === undefined ? undefined : memory * mebibyte,
  });
const part = ({ parts }: ReturnType<typeof plan>, name: string): number =>
  parts.find((own) => own.name === name)?.bytes ?? 0;

describe('the plan', () => {
  test('is the sum of its parts, and has the state at its exact size', () => {
    const { parts, total, notes } = plan();
    expect(total).toBe(parts.reduce((sum, { bytes }) => sum + bytes, 0));
    const parameters = 32000 * 288 + 6 * (4 * 288 * 288 + 3 * 288 * 768 + 2 * 288) + 288;
    expect(part(plan(), 'weights')).toBe(4 * parameters);
    expect(part(plan(), 'moments')).toBe(8 * parameters);
    expect(part(plan(), 'kept log-probabilities')).toBe(4 * 1020 * 32000);
    expect(notes).toEqual([]);
  });

  test('keeps less as it is allowed less, never more than that, and says what is computed again', () => {
    const allowed = [700, 650, 600, 560, 530, 500];
    const plans = allowed.map((memory) => plan(memory));
    plans.forEach(({ total }, i) => expect(total).toBeLessThanOrEqual(allowed[i] * mebibyte));
    for (const name of ['kept products', 'kept log-probabilities']) {
      plans.slice(1).forEach((own, i) => expect(part(own, name)).toBeLessThanOrEqual(part(plans[i], name)));
    }
    const [most, , , , , least] = plans;
    expect(part(most, 'kept products')).toBeGreaterThan(part(least, 'kept products'));
    expect(least.notes[0]).toMatch(/^\d of 6 layers are computed again/);
    expect(least.notes[1]).toContain('log-probabilities are computed again');
  });

  test('what does not fit is refused with its parts and what to do', () => {
    expect(() => plan(300)).toThrow(MemoryLimitError);
    expect(() => plan(300)).toThrow(/at least \d+ MiB of memory, but 300 MiB are allowed: .*moments.*microBatchTokens/);
  });

  test('keeps what the options allow, and no more', () => {
    const none = plan(undefined, { activationMemoryBytes: 0, headMemoryBytes: 0 });
    expect(part(none, 'kept products')).toBe(0);
    expect(none.notes[0]).toContain('6 of 6 layers');
  });
});
