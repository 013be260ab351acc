import { customPlugin } from './scenarios/custom-plugin.js';
import { maskingAlone } from './scenarios/masking-alone.js';
import { profitCommand } from './scenarios/profit-command.js';
import { trainingInCode } from './scenarios/training-in-code.js';
import type { Scenario } from './scenario.js';

/** By the folder of the package in whose project they are tried. */
export const scenarios: Readonly<Partial<Record<string, Scenario>>> = {
  masking: maskingAlone,
  trainer: trainingInCode,
  'create-plugin': customPlugin,
  cli: profitCommand,
};
