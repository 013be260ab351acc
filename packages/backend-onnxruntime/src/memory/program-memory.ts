import { evaluateDimension, type Program } from '@profit-sft/graph';

/**
 * Most bytes that a program's own values take at once: each from the node that makes it to its last use, views of another value
 * with it. What it is given and what it gives out belong to the caller.
 */
export function programMemory(program: Program, symbols: Readonly<Record<string, number>>): number {
  const known = new Map(Object.entries(symbols));
  const outside = new Set([...program.inputs, ...program.outputs].map(({ id }) => id));
  /** The value whose memory each value is. */
  const owners = new Map<number, number>();
  const lastUse = new Map<number, number>();
  program.nodes.forEach((node, at) => {
    const view = node.operation === 'reshape';
    owners.set(node.id, view ? (owners.get(node.inputs[0]) ?? node.inputs[0]) : node.id);
    for (const id of node.inputs) lastUse.set(owners.get(id) ?? id, at);
  });
  let now = 0;
  let most = 0;
  const sizes = new Map<number, number>();
  program.nodes.forEach((node, at) => {
    if (node.operation !== 'reshape' && node.operation !== 'constant' && !outside.has(node.id)) {
      const bytes = node.shape.reduce<number>((product, size) => product * evaluateDimension(size, known), 4);
      sizes.set(node.id, bytes);
      now += bytes;
      most = Math.max(most, now);
    }
    for (const [id, bytes] of sizes) {
      if ((lastUse.get(id) ?? at) > at) continue;
      now -= bytes;
      sizes.delete(id);
    }
  });
  return most;
}

/** Bytes of what a program gives out. */
export function outputBytes(program: Program, symbols: Readonly<Record<string, number>>): number {
  const known = new Map(Object.entries(symbols));
  return program.outputs
    .map(({ shape }) => shape.reduce<number>((product, size) => product * evaluateDimension(size, known), 4))
    .reduce((sum, bytes) => sum + bytes, 0);
}
