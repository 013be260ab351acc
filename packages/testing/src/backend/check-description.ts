import { modelSignalNames, type ModelDescription } from '@profit-sft/core';
import { parameterCount } from '@profit-sft/models';
import { ConformanceError } from '../problem.js';
import { modelOf, whereOf, withModel, type BackendSubject } from './backend-subject.js';

const distributionTerms = ['reference', 'tempered'] as const;

/** The description says what `config.json`, `generation_config.json` and the weights say, and claims signals that there are. */
export async function checkDescription(subject: BackendSubject): Promise<void> {
  const { config } = await modelOf(subject);
  const where = whereOf(subject);
  const expected = {
    ...{ architecture: config.architecture, parameterCount: parameterCount(config) },
    ...{ vocabularySize: config.vocabularySize, maxPositions: config.maxPositions, endIds: config.endIds },
  };
  await withModel(subject, async ({ description }) => {
    for (const key of Object.keys(expected) as (keyof typeof expected)[]) {
      const [found, wanted] = [description[key], expected[key]].map((value) => JSON.stringify(value));
      if (found !== wanted) throw new ConformanceError(where, `description.${key} is ${found}, expected ${wanted}`);
    }
    checkClaims(where, description);
  });
}

function checkClaims(where: string, { runtime, signals, distributionTerms: terms }: ModelDescription): void {
  if (typeof runtime !== 'string' || runtime === '') {
    throw new ConformanceError(where, 'description.runtime has to say what runs the model');
  }
  const claims = [
    ['signals', signals, modelSignalNames],
    ['distributionTerms', terms, distributionTerms],
  ] as const;
  for (const [key, claimed, known] of claims) {
    const unknown = (claimed as readonly string[]).find((name) => !(known as readonly string[]).includes(name));
    if (unknown !== undefined) {
      throw new ConformanceError(where, `description.${key} has "${unknown}"; there are ${known.join(', ')}`);
    }
    if (new Set<string>(claimed).size !== claimed.length) {
      throw new ConformanceError(where, `description.${key} names something twice: ${claimed.join(', ')}`);
    }
  }
  if (!signals.includes('logProb')) throw new ConformanceError(where, 'description.signals has to include logProb');
}

/** `diagnose` tries something, says what, and finds that what the checks run on works. */
export async function checkDiagnosis({ plugin }: BackendSubject): Promise<void> {
  const where = `backend "${plugin.pluginName}"`;
  const tried = await plugin.diagnose();
  for (const { name, works, detail, install } of tried) {
    const texts = [name, detail, install ?? 'none'];
    if (typeof works !== 'boolean' || texts.some((text) => typeof text !== 'string' || text === '')) {
      throw new ConformanceError(
        where,
        `diagnose: ${JSON.stringify({ name, works, detail, install })} needs a name, whether it works, and a detail`,
      );
    }
  }
  if (!tried.some(({ works }) => works)) {
    throw new ConformanceError(
      where,
      `diagnose finds nothing that works (${tried.map(({ detail }) => detail).join('; ')}), but it opens models`,
    );
  }
}

/** A plan for memory, where there is one, adds up. */
export async function checkMemoryPlan(subject: BackendSubject): Promise<void> {
  const where = whereOf(subject);
  await withModel(subject, async (model) => {
    const plan = await model.planMemory?.({ rows: 2, columns: 13, scored: 18 });
    if (plan === undefined) return;
    const sum = plan.parts.reduce((bytes, part) => bytes + part.bytes, 0);
    const wrong = plan.parts.find(({ name, bytes }) => name === '' || !(Number.isFinite(bytes) && bytes >= 0));
    if (wrong !== undefined)
      throw new ConformanceError(where, `planMemory: the part ${JSON.stringify(wrong)} is no size`);
    if (!(Math.abs(sum - plan.total) <= 1)) {
      throw new ConformanceError(where, `planMemory: the parts are ${sum} bytes together, total says ${plan.total}`);
    }
  });
}
