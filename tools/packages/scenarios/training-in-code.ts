import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { workplaceOf } from '../install-package.js';
import type { Scenario } from '../scenario.js';

const weights = 'model.safetensors';

export const trainingInCode: Scenario = {
  title: '`masking`, `trainer` and `backend-onnxruntime`',
  tried: 'the `trainer` README’s example: two steps of the demo’s base model, whose weights are others afterwards',
  async run({ folder, nodes }) {
    for (const node of nodes) {
      const workplace = workplaceOf(folder, node);
      const run = join(workplace, 'runs', 'first');
      const text = await readFile(join(run, 'result.json'), 'utf8');
      const { status, steps } = JSON.parse(text) as { status: string; steps: number };
      if (status !== 'completed' || steps !== 2) throw new Error(`on Node ${node.version} the run ended with ${text}`);
      const before = await readFile(join(workplace, 'base-model', weights));
      const after = await readFile(join(run, 'model', weights));
      if (before.equals(after)) throw new Error(`on Node ${node.version} training changed nothing`);
    }
  },
};
