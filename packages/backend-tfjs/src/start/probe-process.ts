/** Run as a process of its own with the name of a runtime: prints what runs, or why it does not, as JSON. */
import type { ProbeResult } from './probe-in-process.js';
import { probeRuntime } from './probe-runtime.js';
import type { RuntimeName } from './runtime-names.js';

const result: ProbeResult = await probeRuntime(process.argv[2] as RuntimeName).then(
  (detail) => ({ works: true, detail }),
  (error: unknown) => ({ works: false, detail: error instanceof Error ? error.message : String(error) }),
);
// A driver may keep the process.
process.stdout.write(`\n${JSON.stringify(result)}\n`, () => process.exit());
