export { train, type TrainOptions } from './train.js';
export type { TrainResult } from './train-result.js';
export { planSteps, stepsPerEpoch } from './plan-steps.js';
export { learningRateAt, warmupSteps } from './learning-rate.js';
export { countStep, normaliserTotal, normaliseWeights, type StepCounts } from './normalise-weights.js';
export { jsonLinesSink, type JsonLinesSink } from './json-lines-sink.js';
export { InvalidWeightsError } from './checked-weights.js';
