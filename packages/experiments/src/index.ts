export { ablationSchema, parseAblation, type AblationConfig } from './grid/ablation-config.js';
export { expandGrid, hasLabels, type GridPoint, type Labels } from './grid/expand-grid.js';
export type { ResultReference } from './grid/result-reference.js';
export { completedRun, specifyBases, specifyRuns, title, type RunSpecification } from './grid/run-specification.js';
export { holmCorrection } from './statistics/holm-correction.js';
export { meanAndError, type MeanAndError } from './statistics/mean-and-error.js';
export { pairedDifference, type PairedDifference } from './statistics/paired-difference.js';
export {
  jobFiles,
  readOutcome,
  readSpecification,
  writeFailure,
  writeResult,
  type JobFailure,
  type JobOutcome,
  type JobResult,
} from './jobs/job-directory.js';
export { runJobs, type JobsProgress, type RunJobsOptions, type RunOutcome } from './jobs/run-jobs.js';
export { launchers } from './launchers/launchers.js';
export { LocalLauncher, type LocalOptions } from './launchers/local-launcher.js';
export { CachedFiles, type EventLog } from './directory/cached-files.js';
export { writeAblationRecord, type AblationRecord } from './directory/ablation-record.js';
export {
  ablationTable,
  isAblation,
  readAblation,
  type AblationDirectory,
  type AblationRun,
} from './directory/read-ablation.js';
export { shellQuoted } from './launchers/shell-quoted.js';
export { finishedRun, readEvaluation, tableMetrics, type ReadEvaluation } from './results/finished-run.js';
export { itemValues } from './results/item-values.js';
export {
  resultsTable,
  type ComparedMetric,
  type FinishedRun,
  type ResultsRow,
  type ResultsTable,
} from './results/results-table.js';
export { resultsCsv, resultsMarkdown, tableText, writeResults } from './results/write-results.js';
export { LauncherError } from './launchers/launcher-error.js';
export { RayLauncher, type RayOptions } from './launchers/ray-launcher.js';
export { SlurmLauncher, type SlurmOptions } from './launchers/slurm-launcher.js';
