import { engine } from '@tensorflow/tfjs-core';
import { describeRuntime } from '@profit-sft/testing';
import { TfjsRuntime } from './runtime/tfjs-runtime.js';
import { startRuntime } from './start/start-runtime.js';
import { testedRuntimes } from './testing/available-runtimes.js';

for (const { name, skip } of await testedRuntimes()) {
  describeRuntime(
    {
      name: `tfjs ${name}`,
      open: async () => new TfjsRuntime(await startRuntime(name)),
      // Those of TensorFlow.js, so that what no value holds is counted too.
      liveValues: () => engine().state.numTensors,
    },
    { skip },
  );
}
