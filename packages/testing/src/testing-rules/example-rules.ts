import {
  defineMaskingRule,
  ruleOption,
  schema,
  type CreatedRule,
  type Json,
  type MaskingPlugin,
} from '@profit-sft/core';

type Parts = Omit<CreatedRule, 'weigh'> & Partial<Pick<CreatedRule, 'weigh'>>;

/** A rule that is right but for what `create` breaks. */
function ruleOf(create: () => Parts, binary = false): MaskingPlugin {
  return defineMaskingRule({
    name: 'broken',
    description: 'breaks its contract',
    source: 'ours',
    options: schema.object({}),
    binary,
    create: () => ({ weigh: ({ logProb }) => logProb.map(Math.exp), ...create() }),
  }) as unknown as MaskingPlugin;
}

let callsOfModule = 0;

/** Something a rule remembers, kept in its state unless `state` is overridden. */
function counting(state?: (count: { value: number }) => CreatedRule['state']): Parts {
  const count = { value: 0 };
  const load = (saved: Json): void => {
    const { calls } = saved as { calls?: unknown };
    if (typeof calls !== 'number') throw new Error('rule "broken": not its state');
    count.value = calls;
  };
  return {
    weigh: ({ length }) => new Float32Array(length).fill(1 / ++count.value),
    state: state === undefined ? { save: () => ({ calls: count.value }), load } : state(count),
  };
}

const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Remembers between steps and keeps that in its state, as it should. */
export const counter = ruleOf(() => counting());

/** A tenth of another rule's weights. */
export const tenth = defineMaskingRule({
  name: 'tenth',
  description: 'a tenth of the weights of another rule',
  source: 'ours',
  options: schema.object({ rule: ruleOption() }),
  binary: false,
  create: ({ rule }) => ({
    weigh: (signals, context) => rule.weigh(signals, context).map((weight) => weight / 10),
    state: rule.state && {
      save: () => ({ tenthOf: rule.state?.save() ?? null }),
      load: (saved) => {
        const { tenthOf } = saved as { tenthOf?: Json };
        if (tenthOf === undefined) throw new Error('rule "tenth": not its state');
        rule.state?.load(tenthOf);
      },
    },
  }),
});

/** Compares with the mean of the step, and says so. */
export const aboveMean = ruleOf(() => ({
  scope: 'step',
  weigh: ({ logProb }) => logProb.map((value) => (value > mean(logProb) ? 1 : 0.5)),
}));

/** Finds the median of the training set in `prepare` and keeps it in its state, with a second loss term. */
export const prepared = ruleOf(() => {
  let median = NaN;
  return {
    needs: ['referenceLogProb'],
    prepare: ({ logProb }) => {
      median = logProb.toSorted()[Math.floor(logProb.length / 2)];
    },
    weigh: ({ logProb }) => logProb.map((value) => (value > median ? 1 : 0)),
    state: {
      save: () => ({ median }),
      load: (saved) => {
        const value = (saved as { median?: unknown }).median;
        if (typeof value !== 'number') throw new Error('rule "broken": not its state');
        median = value;
      },
    },
    distributionTerm: {
      towards: 'reference',
      coefficients: ({ referenceLogProb = new Float32Array() }) => referenceLogProb.map(Math.exp),
    },
  };
});

export const notANumber = ruleOf(() => ({ weigh: ({ logProb }) => logProb.map((value) => 0 / (value + 0)) }));
export const negative = ruleOf(() => ({ weigh: ({ logProb }) => logProb.slice() }));
export const notBinary = ruleOf(() => ({}), true);
export const tooShort = ruleOf(() => ({ weigh: () => new Float32Array(2) }));
export const undeclaredNeed = ruleOf(() => ({
  weigh: ({ entropy }) => (entropy as Float32Array).map((value) => value),
}));
export const changesSignals = ruleOf(() => ({
  weigh: ({ logProb }) => {
    logProb.forEach((value, token) => (logProb[token] = Math.exp(value)));
    return logProb.slice();
  },
}));
export const moduleCounter = ruleOf(() => ({
  weigh: ({ length }) => new Float32Array(length).fill(++callsOfModule),
}));
export const unseededRandom = ruleOf(() => ({ weigh: ({ logProb }) => logProb.map(() => Math.random()) }));
export const dependsOnMicroBatch = ruleOf(() => ({
  weigh: ({ logProb }) => logProb.map((value) => (value > mean(logProb) ? 1 : 0.5)),
}));
export const dependsOnOrder = ruleOf(() => ({
  weigh: ({ sequence }) => Float32Array.from(sequence, (number) => 1 / (1 + number)),
}));
export const reusesItsArray = ruleOf(() => {
  const kept = new Float32Array(1000);
  return {
    weigh: ({ length, logProb }) => {
      logProb.forEach((value, token) => (kept[token] = Math.exp(value)));
      return kept.subarray(0, length);
    },
  };
});
export const forgetsWithoutState = ruleOf(() => ({ ...counting(), state: undefined }));
export const stateNotJson = ruleOf(() =>
  counting((count) => ({
    save: () => new Map([['calls', count.value]]) as unknown as Json,
    load: () => undefined,
  })),
);
export const stateIncomplete = ruleOf(() =>
  counting(() => ({
    save: () => ({}),
    load: () => undefined,
  })),
);
export const acceptsAnyState = ruleOf(() =>
  counting((count) => ({
    save: () => ({ calls: count.value }),
    load: (saved) => (count.value = (saved as { calls: number }).calls),
  })),
);
export const namelessRefusal = ruleOf(() =>
  counting((count) => ({
    save: () => ({ calls: count.value }),
    load: () => {
      throw new Error('bad state');
    },
  })),
);
export const preparesWithoutState = ruleOf(() => ({ prepare: () => undefined }));
export const badCoefficients = ruleOf(() => ({
  distributionTerm: { towards: 'tempered', temperature: 2, coefficients: ({ length }) => new Float32Array(length + 1) },
}));
export const noTemperature = ruleOf(() => ({
  distributionTerm: { towards: 'tempered', coefficients: ({ length }) => new Float32Array(length) },
}));
