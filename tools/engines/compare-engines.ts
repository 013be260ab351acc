/** `npm run engines`: the same run on every engine that the command has, against the float64 reference. */
import { engines, isRegistered, reference } from './engines.js';
import { differenceOf, SettingRuns } from './setting-runs.js';
import { isPresent, settings } from './settings.js';

const printed = (difference: number): string => difference.toExponential(1).padStart(9);

for (const setting of settings) {
  if (!isPresent(setting)) {
    process.stdout.write(`${setting.title}: left out, PROFIT_TEST_DATA names no folder that has its model\n`);
    continue;
  }
  const runs = new SettingRuns(setting);
  process.stdout.write(`${setting.title}, rule profit, ${runs.steps} steps\n`);
  try {
    const expected = await runs.on(reference);
    const { meanNll } = expected.evaluation;
    process.stdout.write(`  reference: ${expected.seconds.toFixed(1)} s, final NLL ${meanNll.toFixed(6)}\n`);
    process.stdout.write(`  ${'engine'.padEnd(38)}     loss  final NLL  other masks  seconds\n`);
    for (const engine of engines.filter(isRegistered)) {
      const run = await runs.on(engine);
      const { loss, otherMasks, evaluation } = differenceOf(run, expected);
      const masks = String(otherMasks).padStart(11);
      const seconds = run.seconds.toFixed(1).padStart(7);
      process.stdout.write(
        `  ${engine.title.padEnd(38)}${printed(loss)}  ${printed(evaluation)}  ${masks}  ${seconds}\n`,
      );
    }
  } finally {
    runs.close();
  }
}
