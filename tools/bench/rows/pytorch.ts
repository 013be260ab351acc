import { againstPyTorch, type Comparison, type Side } from '../against-pytorch.js';
import { list } from '../measured-step.js';
import { median } from '../median.js';
import type { Row, RowGroup } from '../row.js';
import { measuredShapes, type ShapeName } from '../shapes.js';
import type { TrainingJob } from '../training-job.js';
import { pyTorchMissing } from '../training-process.js';

/** What is asked of sft and of profit keeping 30 % against PyTorch's own, in tokens/s; of memory, to be less. */
const asked = { sft: 1, profit: 1.3 };

/**
 * Training steps against plain PyTorch and transformers. Every token is response, which leaves a sparse head least to gain.
 * `profit` keeps 30 % of them; PyTorch's masks as ProFit's official code does.
 */
export function pyTorchRows(name: string, shapeName: ShapeName, pairs: number): RowGroup {
  const { label, rows, columns } = measuredShapes[shapeName];
  const rules = ['sft', 'profit'] as const;
  const ruleText = (rule: TrainingJob['rule']): string => (rule === 'sft' ? 'sft' : 'profit keeping 30 %');
  const speed = (rule: TrainingJob['rule']): string => `${ruleText(rule)}: tokens/s / PyTorch’s, ${label}`;
  const memory = (rule: TrainingJob['rule']): string => `${ruleText(rule)}: peak memory / PyTorch’s, ${label}`;
  const tokensPerSecond = ({ seconds }: Side): string => `${((rows * columns) / seconds).toFixed(0)} tokens/s`;
  const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);

  const speedRow = (rule: TrainingJob['rule'], { engine, pytorch, speedUps }: Comparison): Row => ({
    what: speed(rule),
    measured: median(speedUps),
    asked: { atLeast: asked[rule] },
    detail: `${tokensPerSecond(engine)} to ${tokensPerSecond(pytorch)} (${pytorch.runtime}); ratios ${list(speedUps)}`,
  });
  const memoryRow = (rule: TrainingJob['rule'], { engine, pytorch }: Comparison): Row => ({
    what: memory(rule),
    measured: engine.peakOfTraining / pytorch.peakOfTraining,
    asked: { atMost: 1 },
    detail:
      `${mebibytes(engine.peakOfTraining)} to ${mebibytes(pytorch.peakOfTraining)} MiB above what is resident after imports; ` +
      `whole processes ${mebibytes(engine.peak)} to ${mebibytes(pytorch.peak)} MiB`,
  });
  return {
    name,
    title: rules.map(speed).join('; '),
    async measure() {
      const missing = await pyTorchMissing();
      if (missing !== undefined) {
        return rules.flatMap((rule) => [
          { what: speed(rule), asked: { atLeast: asked[rule] }, skipped: missing },
          { what: memory(rule), asked: { atMost: 1 }, skipped: missing },
        ]);
      }
      const results: Row[] = [];
      for (const rule of rules) {
        const comparison = await againstPyTorch({ shape: shapeName, rule, response: 1, keptShare: 0.3 }, pairs);
        results.push(speedRow(rule, comparison), memoryRow(rule, comparison));
      }
      return results;
    },
  };
}
