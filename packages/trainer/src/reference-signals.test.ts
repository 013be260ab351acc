import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { MaskingRule } from '@profit-sft/core';
import type { ReferenceModel } from './reference-model.js';
import { BigramModel } from './testing-model/bigram-model.js';
import { characterTokenizer } from './testing-model/character-tokenizer.js';
import { directoryContent } from './testing-model/directory-content.js';
import { ruleOf, smallRun } from './testing-model/small-run.js';
import { temporaryPath } from './testing-model/temporary-directory.js';
import { train } from './train.js';

const alphabet = 'abcdefgh ';

function reference(parts: Partial<ReferenceModel> = {}): ReferenceModel & { opened: number; models: BigramModel[] } {
  const made = {
    name: 'reference-directory',
    fingerprint: 'a',
    tokenizer: characterTokenizer(alphabet),
    mode: 'cached' as const,
    cacheDirectory: temporaryPath(),
    opened: 0,
    models: [] as BigramModel[],
    open: () => {
      made.opened += 1;
      const model = new BigramModel(alphabet.length + 1, { seed: 9 });
      made.models.push(model);
      return Promise.resolve(model);
    },
    ...parts,
  };
  return made;
}

/** Weights that depend on every signal of the reference. */
const byReference: MaskingRule = ruleOf(
  ({ referenceLogProb, referenceMass }) =>
    (referenceLogProb as Float32Array).map((own, token) => Math.exp(own) + (referenceMass as Float32Array)[token]),
  { name: 'by-reference', needs: ['referenceLogProb', 'referenceMass'] },
);

const towardsReference: MaskingRule = ruleOf((signals) => new Float32Array(signals.length).fill(1), {
  name: 'towards-reference',
  distributionTerm: {
    towards: 'reference',
    coefficients: (signals) => new Float32Array(signals.length).fill(0.5),
  },
});

describe('a frozen reference model', () => {
  it('gives the same run cached, from the cache, and online', async () => {
    const cached = reference();
    const directories = [temporaryPath(), temporaryPath(), temporaryPath()];
    await train(smallRun(directories[0], {}, { masking: byReference, reference: cached }));
    expect(cached.opened).toBe(1);
    await train(smallRun(directories[1], {}, { masking: byReference, reference: cached }));
    expect(cached.opened).toBe(1);
    const online = reference({ mode: 'online' });
    await train(smallRun(directories[2], {}, { masking: byReference, reference: online }));
    expect(online.opened).toBe(1);
    const models = directories.map((directory) => directoryContent(join(directory, 'model')));
    expect(models[1]).toEqual(models[0]);
    expect(models[2]).toEqual(models[0]);
    // Another reference trains another model, so the signals are used.
    const other = temporaryPath();
    const open = (): Promise<BigramModel> => Promise.resolve(new BigramModel(alphabet.length + 1, { seed: 10 }));
    await train(smallRun(other, {}, { masking: byReference, reference: reference({ open, fingerprint: 'b' }) }));
    expect(directoryContent(join(other, 'model'))).not.toEqual(models[0]);
  });

  it('is scored again when the cache is damaged, cut, or of another model or data', async () => {
    const cached = reference();
    const run = (config = {}) => train(smallRun(temporaryPath(), config, { masking: byReference, reference: cached }));
    await run();
    const [name] = readdirSync(cached.cacheDirectory);
    const file = join(cached.cacheDirectory, name);
    const good = readFileSync(file);
    for (const damaged of [good.subarray(0, good.length - 8), Buffer.from('{}'), Buffer.from(good).fill(1, 300)]) {
      writeFileSync(file, damaged);
      const before = cached.opened;
      await run();
      expect(cached.opened).toBe(before + 1);
      expect(readFileSync(file).equals(good)).toBe(true);
    }
    const before = cached.opened;
    await run({ data: { train: 'train.jsonl', eval: 'eval.jsonl', maxLength: 6 } });
    expect(cached.opened).toBe(before + 1);
    expect(readdirSync(cached.cacheDirectory)).toHaveLength(2);
  });

  it('lends its whole distributions to a second loss term', async () => {
    const used = reference();
    const directory = temporaryPath();
    const result = await train(smallRun(directory, { epochs: 8 }, { masking: towardsReference, reference: used }));
    expect(used.opened).toBe(1);
    const { evalObjective, evalObjectiveBefore } = result.metrics;
    expect(evalObjective as number).toBeLessThan(evalObjectiveBefore as number);
  });

  it('is not opened for a rule that does not need it', async () => {
    const unused = reference();
    await train(smallRun(temporaryPath(), {}, { reference: unused }));
    expect(unused.opened).toBe(0);
  });

  it.each([
    [byReference, /masking rule "by-reference": needs referenceLogProb, referenceMass of a frozen reference model/],
    [towardsReference, /masking rule "towards-reference": needs the distributions of a frozen reference model/],
  ])('is missed before the first step', async (masking, message) => {
    const directory = temporaryPath();
    await expect(train(smallRun(directory, {}, { masking }))).rejects.toThrow(message);
    expect(() => readdirSync(directory)).toThrow('ENOENT');
  });

  it('has to split text as the model does', async () => {
    const run = (other: string) =>
      train(
        smallRun(
          temporaryPath(),
          {},
          { masking: byReference, reference: reference({ tokenizer: characterTokenizer(other) }) },
        ),
      );
    await expect(run('abcdefhg ')).rejects.toThrow(
      'masking rule "by-reference": reference.model: reference-directory has another tokenizer than the model: id 6 is "h" instead of "g"',
    );
    await expect(run('abcdefgh')).rejects.toThrow(/9 token ids instead of 10/);
  });

  it('is part of what a resumed run has to have in common', async () => {
    const directory = temporaryPath();
    const aborted = new AbortController();
    aborted.abort();
    const parts = { masking: byReference, resume: true };
    const first = train(smallRun(directory, {}, { ...parts, reference: reference(), signal: aborted.signal }));
    await expect(first).rejects.toThrow('stopped');
    const other = train(smallRun(directory, {}, { ...parts, reference: reference({ fingerprint: 'other' }) }));
    await expect(other).rejects.toThrow(/data.reference: was "a", is now "other"/);
  });
});

describe('signals that the runtime does not compute', () => {
  it('are refused with the rule’s name before anything is written', async () => {
    const rule = ruleOf((signals) => new Float32Array(signals.length), { name: 'entropic', needs: ['entropy'] });
    const directory = temporaryPath();
    const run = smallRun(directory, {}, { masking: rule });
    Object.assign(run.model.description, { signals: ['logProb'] });
    await expect(train(run)).rejects.toThrow(
      'masking rule "entropic": needs the signal entropy, which the runtime "plain TypeScript" does not compute',
    );
    expect(() => readdirSync(directory)).toThrow('ENOENT');
  });

  it('nor a second loss term that it does not compute', async () => {
    const run = smallRun(temporaryPath(), {}, { masking: towardsReference, reference: reference() });
    Object.assign(run.model.description, { distributionTerms: ['tempered'] });
    await expect(train(run)).rejects.toThrow(
      'masking rule "towards-reference": has a second loss term towards "reference", which the runtime "plain TypeScript" does not compute',
    );
  });
});
