import { type Program, type ProgramNode } from '@profit-sft/graph';

/** One operation of a program and what nothing needs any more once it is done. */
export interface Step {
  readonly node: ProgramNode;
  /** Values, by id, whose last use this is: disposed of at once, so that memory is bounded by what is alive. */
  readonly dead: readonly number[];
}

/** What a program says about its run before any size is known. */
export interface ProgramPlan {
  readonly steps: readonly Step[];
  /** Inputs, by id, whose numbers something reads; of the others only shapes count. */
  readonly read: ReadonlySet<number>;
}

export function planProgram(program: Program): ProgramPlan {
  const outputs = new Set(program.outputs.map(({ id }) => id));
  const inputs = new Set(program.inputs.map(({ id }) => id));
  const lastUse = new Map<number, number>();
  program.nodes.forEach((node, index) => {
    // A value that nothing uses dies where it is made.
    for (const id of [node.id, ...node.inputs]) lastUse.set(id, index);
  });
  const read = new Set([...outputs, ...program.nodes.flatMap((node) => node.inputs)].filter((id) => inputs.has(id)));
  const steps = program.nodes.map((node, index) => ({
    node,
    dead: [...new Set([node.id, ...node.inputs])].filter(
      (id) => lastUse.get(id) === index && !inputs.has(id) && !outputs.has(id),
    ),
  }));
  return { steps, read };
}
