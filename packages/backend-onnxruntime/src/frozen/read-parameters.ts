import type { ParameterDeclaration } from '@profit-sft/engine';
import { FloatBuffer } from '../engine/float-buffer.js';
import { Parameter } from '../engine/parameters.js';
import type { Weight } from '../engine/weight.js';
import type { ModelWeights } from './model-weights.js';
import { ExpansionSlot, FrozenWeight } from './frozen-weight.js';
import { storedNumbers } from './stored-numbers.js';

/**
 * Reads weights one by one, so that no more than one of those held in few bits exists in float32. A map's weights in all layers are expanded
 * into the same memory.
 */
export async function readParameters(
  declared: readonly ParameterDeclaration[],
  read: (name: string) => Promise<Float32Array>,
): Promise<ModelWeights> {
  const slots = new Map<string, ExpansionSlot>();
  const rowBuffer = new FloatBuffer();
  const all: Weight[] = [];
  const trained: Parameter[] = [];
  for (const { name, shape, kind, frozen } of declared) {
    const weights = await read(name);
    if (frozen === undefined || frozen === 'float32') {
      const parameter = new Parameter(name, shape, kind, weights);
      all.push(parameter);
      if (frozen === undefined) trained.push(parameter);
      continue;
    }
    const role = name.replace(/\.\d+\./, '.*.');
    let slot = slots.get(role);
    if (slot === undefined) slots.set(role, (slot = new ExpansionSlot()));
    const numbers = storedNumbers(weights, shape[shape.length - 1], frozen);
    all.push(new FrozenWeight(name, shape, numbers, slot, rowBuffer));
  }
  return { all, trained };
}
