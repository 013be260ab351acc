import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BackendHealth, ModelBackend } from '@profit-sft/core';
import { afterAll, describe, test, beforeAll } from 'vitest';
import { backendChecks, type BackendCheck } from '../backend/backend-checks.js';
import type { BackendTolerance } from '../backend/backend-subject.js';
import { testModelNames, type TestModelName } from '../backend/test-models.js';

export interface BackendSuite<Options> {
  /** Default: the plugin's name. */
  readonly name?: string;
  /** They have to make it save models in F32. */
  readonly options?: Options;
  /** Architectures to check it on; default all. What does not depend on the architecture is checked on the first. */
  readonly models?: readonly TestModelName[];
  readonly tolerance?: Partial<BackendTolerance>;
  /** Why it cannot be checked here, e.g. for want of a device: the suite is skipped and says so. */
  readonly skip?: string | undefined;
  /** Milliseconds for each test; default vitest's. */
  readonly timeout?: number;
}

/**
 * Registers a vitest suite that holds a backend to the contract of `ModelBackend` and `TrainableModel`, on models of a few thousand
 * parameters that it writes into a temporary folder: signals, gradients and steps against float64, layouts of batches, generation,
 * saving, exact continuation, and what has to be refused.
 */
export function describeBackend<Options>(
  plugin: ((options?: Options) => ModelBackend) & { readonly pluginName: string; diagnose(): Promise<BackendHealth[]> },
  suite: BackendSuite<NoInfer<Options>> = {},
): void {
  const { name = plugin.pluginName, options, models = testModelNames, tolerance, skip, timeout } = suite;
  const title = skip === undefined ? name : `${name} (skipped: ${skip})`;
  const all = Object.values<BackendCheck>(backendChecks);
  describe.skipIf(skip !== undefined)(title, () => {
    let folder: string;
    beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'profit-backend-'))));
    afterAll(() => rmSync(folder, { recursive: true, force: true }));
    models.forEach((model, index) => {
      describe(model, () => {
        for (const check of all.filter(({ eachModel }) => eachModel || index === 0)) {
          test(check.title, () => check.run({ plugin, options, folder, model, tolerance }), timeout);
        }
      });
    });
  });
}
