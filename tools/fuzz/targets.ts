import type { FuzzTarget } from './fuzz-target.js';
import { answerTargets } from './targets/answers.js';
import { clusterTargets } from './targets/clusters.js';
import { configurationTargets } from './targets/configurations.js';
import { datasetTargets } from './targets/datasets.js';
import { hubTargets } from './targets/hub.js';
import { modelTargets } from './targets/models.js';
import { processTargets } from './targets/processes.js';
import { reportTargets } from './targets/reports.js';
import { runTargets } from './targets/runs.js';
import { tokenizerTargets } from './targets/tokenizers.js';

/** Every parser of data from outside. */
export const fuzzTargets: readonly FuzzTarget[] = [
  ...modelTargets,
  ...tokenizerTargets,
  ...datasetTargets,
  ...hubTargets,
  ...configurationTargets,
  ...runTargets,
  ...reportTargets,
  ...clusterTargets,
  ...processTargets,
  ...answerTargets,
];
