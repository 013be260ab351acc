import type { TokenDistributions, TrainableModel } from '@profit-sft/core';
import { ConformanceError } from '../problem.js';
import {
  modelOf,
  openDirectory,
  refusalOf,
  toleranceOf,
  whereOf,
  withModel,
  type BackendSubject,
} from './backend-subject.js';
import { expectNumbers, expectParameters } from './compare.js';
import { observeGradients } from './observe-gradients.js';
import { referencePass } from './reference-pass.js';
import { parametersOf } from './saved-parameters.js';
import { testBatch, testWeights } from './test-batches.js';
import { testModel, type TestModel } from './test-models.js';

const temperature = 0.7;

/** Another model of the same vocabulary. */
function otherModel({ folder, model = 'llama' }: BackendSubject): Promise<TestModel> {
  return testModel(folder, model, { name: `${model}-other`, seed: 1 });
}

/** Log-probabilities over the vocabulary of each scored token of the test batch, in float64. */
async function logProbsOf({ config, directory }: TestModel): Promise<readonly Float64Array[]> {
  const batch = testBatch();
  const weights = new Float32Array(batch.scored.length);
  return referencePass(config, await parametersOf(directory), batch, { weights }).logProbs;
}

/** `logProbs` gives each range of the scored tokens' distributions, in any order, and the model can be used while they are held. */
export async function checkDistributions(subject: BackendSubject): Promise<void> {
  const where = whereOf(subject);
  const { vocabularySize } = (await modelOf(subject)).config;
  const batch = testBatch();
  const expected = await logProbsOf(await modelOf(subject));
  const all = expected.length;
  await withModel(subject, async (model) => {
    const distributions = await model.distributions(batch);
    await model.score(testBatch(1), []);
    for (const [first, count] of [
      [0, all],
      [all - 2, 2],
      [3, 1],
      [1, 5],
    ]) {
      const found = await distributions.logProbs(first, count);
      expectNumbers(
        where,
        (index) =>
          `logProbs(${first}, ${count}): id ${index % vocabularySize} of token ${first + Math.floor(index / vocabularySize)}`,
        found,
        expected.slice(first, first + count).flatMap((row) => [...row]),
        toleranceOf(subject).signals,
      );
    }
    distributions.release();
  });
}

/** Some tokens have only a weight, some only a coefficient, some neither. */
const coefficientsFor = (length: number): Float32Array =>
  Float32Array.from({ length }, (_, token) => [0.3, -1, 0, 0][token % 4]);

/** The second term of the loss towards a distribution: `crossEntropy`, and the gradient of both terms. */
async function checkTerm(
  subject: BackendSubject,
  towards: 'reference' | 'tempered',
  distributions: readonly Float64Array[],
  reference?: () => Promise<TokenDistributions>,
): Promise<void> {
  const where = `${whereOf(subject)}, second term "${towards}"`;
  const { config, directory } = await modelOf(subject);
  const batch = testBatch();
  const weights = testWeights(batch);
  const coefficients = coefficientsFor(weights.length);
  const { logProbs, gradients } = referencePass(config, await parametersOf(directory), batch, {
    weights,
    secondTerm: { coefficients, distributions },
  });
  const crossEntropy = distributions.map(
    (q, token) => -q.reduce((sum, value, id) => sum + value * logProbs[token][id], 0),
  );
  let claimed = false;
  const distribution = { towards, ...(towards === 'tempered' ? { temperature } : {}) };
  const withReference = async (): Promise<{ reference?: TokenDistributions }> =>
    reference === undefined ? {} : { reference: await reference() };
  const observed = await observeGradients(subject, async (model) => {
    if (!model.description.distributionTerms.includes(towards)) return;
    claimed = true;
    const options = { distribution, ...(await withReference()) };
    const forward = await model.forward(batch, [], options);
    const found = forward.signals.crossEntropy;
    if (found === undefined) throw new ConformanceError(where, 'forward returns no crossEntropy');
    expectNumbers(
      where,
      (token) => `crossEntropy of token ${token}`,
      found,
      crossEntropy,
      toleranceOf(subject).signals,
    );
    await model.backward(forward, weights, coefficients);
    options.reference?.release();
  });
  if (claimed) expectParameters(where, 'gradients', observed.gradients, gradients, toleranceOf(subject).gradients);
}

/** A second term towards the model's own distribution at another temperature, where the model claims it. */
export async function checkTemperedTerm(subject: BackendSubject): Promise<void> {
  const distributions = (await logProbsOf(await modelOf(subject))).map((row) => {
    const powers = row.map((logProb) => Math.exp(logProb / temperature));
    const sum = powers.reduce((total, value) => total + value, 0);
    return powers.map((value) => value / sum);
  });
  await checkTerm(subject, 'tempered', distributions);
}

/** A second term towards another model's distributions, where the model claims it; without that model it is refused. */
export async function checkReferenceTerm(subject: BackendSubject): Promise<void> {
  const other = await otherModel(subject);
  const frozen: TrainableModel = await openDirectory(subject, other.directory);
  try {
    const distributions = (await logProbsOf(other)).map((row) => row.map(Math.exp));
    await checkTerm(subject, 'reference', distributions, () => frozen.distributions(testBatch()));
  } finally {
    await frozen.dispose();
  }
  await withModel(subject, async (model) => {
    const what = 'a second term towards a reference that is not given';
    if (!model.description.distributionTerms.includes('reference')) return;
    await refusalOf(subject, what, () => model.forward(testBatch(), [], { distribution: { towards: 'reference' } }));
  });
}
