import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { MaskingRule, TokenSignals } from '@profit-sft/core';
import { directoryContent } from './testing-model/directory-content.js';
import { ruleOf, smallRun } from './testing-model/small-run.js';
import { temporaryPath } from './testing-model/temporary-directory.js';
import { train } from './train.js';

/** PSFT's ratio (arXiv 2508.17784), and what it saw. */
function ratioRule(snapshotSteps: number): { rule: MaskingRule; ratios: Map<number, number[]> } {
  const ratios = new Map<number, number[]>();
  const rule = ruleOf(
    ({ logProb, previousLogProb }: TokenSignals, { step }) => {
      const own = logProb.map((value, token) => Math.exp(value - (previousLogProb as Float32Array)[token]));
      ratios.set(step, [...(ratios.get(step) ?? []), ...own]);
      return own.map((ratio) => (ratio <= 1.28 ? ratio : 0));
    },
    { name: 'ratio', needs: ['previousLogProb'], snapshotSteps },
  );
  return { rule, ratios };
}

const config = { steps: 11, epochs: undefined, data: { train: 'train.jsonl' }, learningRate: 0.2, warmup: 0 };

describe('the snapshot', () => {
  it('is the model itself at each refresh and falls behind in between', async () => {
    const { rule, ratios } = ratioRule(4);
    await train(smallRun(temporaryPath(), config, { masking: rule, evaluation: undefined }));
    const moved = [...ratios].map(([, own]) => own.some((ratio) => ratio !== 1));
    expect(moved).toEqual([false, true, true, true, false, true, true, true, false, true, true]);
  });

  it('refreshed at each step is always the model itself', async () => {
    const { rule, ratios } = ratioRule(1);
    await train(smallRun(temporaryPath(), config, { masking: rule, evaluation: undefined }));
    expect([...ratios.values()].flat().every((ratio) => ratio === 1)).toBe(true);
  });

  it.each([2, 4, 5, 7])('is resumed exactly from step %i', async (step) => {
    const unbroken = temporaryPath();
    await train(smallRun(unbroken, config, { masking: ratioRule(4).rule, evaluation: undefined }));
    const broken = temporaryPath();
    const abort = new AbortController();
    const sink = {
      write: (event: { type: string; step: number }) =>
        void (event.type === 'step' && event.step === step && abort.abort()),
    };
    const parts = { evaluation: undefined, resume: true };
    const first = smallRun(broken, config, {
      ...parts,
      masking: ratioRule(4).rule,
      sinks: [sink],
      signal: abort.signal,
    });
    await expect(train(first)).rejects.toThrow('stopped after step');
    await train(smallRun(broken, config, { ...parts, masking: ratioRule(4).rule }));
    expect(directoryContent(join(broken, 'model'))).toEqual(directoryContent(join(unbroken, 'model')));
  });

  it.each([
    ['not base64 of whole numbers', [{ step: 3, logProb: ['AAA='] }]],
    ['no list', 5],
  ])('of a checkpoint that is %s is refused', async (_, previousLogProb) => {
    const directory = temporaryPath();
    const abort = new AbortController();
    const sink = { write: ({ type }: { type: string }) => void (type === 'step' && abort.abort()) };
    const parts = { evaluation: undefined, resume: true };
    const first = { ...parts, masking: ratioRule(4).rule, sinks: [sink], signal: abort.signal };
    await expect(train(smallRun(directory, config, first))).rejects.toThrow('stopped after step');
    const record = join(directory, 'checkpoints', 'step-00000001', 'trainer.json');
    const content = JSON.parse(readFileSync(record, 'utf8')) as object;
    writeFileSync(record, JSON.stringify({ ...content, previousLogProb }));
    const resumed = train(smallRun(directory, config, { ...parts, masking: ratioRule(4).rule }));
    await expect(resumed).rejects.toThrow(/trainer\.json: previousLogProb: cannot be read/);
  });
});

describe('a rule that prepares itself', () => {
  /** Keeps what the initial model finds likelier than the training set's median. */
  function prepared(): { rule: MaskingRule; seen: number[] } {
    let threshold: number | undefined;
    const seen: number[] = [];
    const rule = ruleOf(({ logProb }) => logProb.map((own) => (own > (threshold as number) ? 1 : 0)), {
      name: 'prepared',
      binary: true,
      prepare: ({ logProb, sequence }) => {
        threshold = logProb.slice().sort()[logProb.length >> 1];
        seen.push(new Set(sequence).size);
      },
      state: {
        save: () => ({ threshold: threshold ?? null }),
        load: (state) => {
          const found = (state as { threshold?: unknown } | undefined)?.threshold;
          if (typeof found !== 'number' && found !== null) throw new Error('has no threshold');
          threshold = found ?? undefined;
        },
      },
    });
    return { rule, seen };
  }

  it('is shown every sequence once, before the first step, and not again when resumed', async () => {
    const unbroken = temporaryPath();
    const whole = prepared();
    await train(smallRun(unbroken, config, { masking: whole.rule, evaluation: undefined }));
    expect(whole.seen).toEqual([22]);
    const broken = temporaryPath();
    const abort = new AbortController();
    const sink = { write: (event: { type: string }) => void (event.type === 'step' && abort.abort()) };
    const first = { masking: prepared().rule, evaluation: undefined, sinks: [sink], signal: abort.signal };
    await expect(train(smallRun(broken, config, first))).rejects.toThrow('stopped after step 1');
    const second = prepared();
    await train(smallRun(broken, config, { masking: second.rule, evaluation: undefined, resume: true }));
    expect(second.seen).toEqual([]);
    expect(directoryContent(join(broken, 'model'))).toEqual(directoryContent(join(unbroken, 'model')));
  });

  it('refuses the state of another rule on resume, by name', async () => {
    const directory = temporaryPath();
    const abort = new AbortController();
    const sink = { write: (event: { type: string }) => void (event.type === 'step' && abort.abort()) };
    const other = ruleOf((signals) => new Float32Array(signals.length).fill(1), {
      name: 'prepared',
      state: { save: () => ({ foreign: true }), load: () => undefined },
    });
    const first = { masking: other, evaluation: undefined, sinks: [sink], signal: abort.signal };
    await expect(train(smallRun(directory, config, first))).rejects.toThrow('stopped');
    const resumed = train(
      smallRun(directory, config, { masking: prepared().rule, evaluation: undefined, resume: true }),
    );
    await expect(resumed).rejects.toThrow(/ruleState: is not a state of masking rule "prepared": has no threshold/);
  });
});
