import { dimensionTerms, type Dimension } from '../dimension/dimension.js';
import type { ProgramInput, ProgramNode } from './program.js';

function symbolsOf(dimension: Dimension): string[] {
  return dimensionTerms(dimension).flatMap((term) => term.symbols);
}

/** Symbolic sizes that a runtime may have to know to run a node. */
function sizesOf(node: ProgramNode): string[] {
  return [...node.shape, ...Object.values(node.attributes).flat()].filter((value) => typeof value === 'string');
}

/**
 * Inputs whose data nothing reads but whose shape gives a symbol its value. The derivative of a linear operation does
 * not read the operation's input, yet may need its size: the derivative of `slice` pads to it.
 */
export function inputsForSizes(
  inputs: readonly ProgramInput[],
  used: ReadonlySet<number>,
  nodes: readonly ProgramNode[],
): number[] {
  const known = new Set<Dimension>(inputs.filter((input) => used.has(input.id)).flatMap((input) => input.shape));
  const added: number[] = [];
  for (const size of nodes.flatMap(sizesOf)) {
    if (known.has(size)) continue;
    for (const symbol of symbolsOf(size)) {
      if (known.has(symbol)) continue;
      const input = inputs.find(({ shape }) => shape.includes(symbol));
      // A symbol that no listed input gives is left to the runtime: it may not need this size at all.
      if (input === undefined) continue;
      added.push(input.id);
      input.shape.forEach((dimension) => known.add(dimension));
    }
  }
  return added;
}
