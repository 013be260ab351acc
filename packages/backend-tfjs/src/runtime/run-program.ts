import type { Tensor } from '@tensorflow/tfjs-core';
import type { Program } from '@profit-sft/graph';
import { runKernel } from './kernels.js';
import { lowerNode } from './lower-node.js';
import type { ProgramPlan } from './program-plan.js';
import { ProgramSizes } from './program-sizes.js';

/** Runs a program on the active backend; gives new tensors, by output. The tensors of inputs stay their owner's. */
export function runProgram(
  program: Program,
  plan: ProgramPlan,
  shapeOf: (name: string) => readonly number[],
  tensorOf: (name: string) => Tensor,
): Record<string, Tensor> {
  const sizes = new ProgramSizes(program, shapeOf);
  const tensors = new Map<number, Tensor>();
  for (const { id, name } of program.inputs) if (plan.read.has(id)) tensors.set(id, tensorOf(name));
  const made = new Map<number, Tensor>();
  try {
    for (const { node, dead } of plan.steps) {
      const operands = node.inputs.map((id) => tensors.get(id) as Tensor);
      const result = lowerNode(node, operands, sizes);
      tensors.set(node.id, result);
      made.set(node.id, result);
      for (const id of dead) {
        (tensors.get(id) as Tensor).dispose();
        tensors.delete(id);
        made.delete(id);
      }
    }
  } catch (error) {
    for (const tensor of made.values()) tensor.dispose();
    throw error;
  }
  return Object.fromEntries(
    program.outputs.map(({ id, name }) => {
      const tensor = tensors.get(id) as Tensor;
      // An input, or a value that another output has taken already, is shared by another handle.
      const own = made.delete(id) ? tensor : runKernel('Identity', { x: tensor });
      return [name, own];
    }),
  );
}
