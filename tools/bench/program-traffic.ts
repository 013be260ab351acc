import { evaluateDimension, type Program, type ProgramNode, type Shape } from '@profit-sft/graph';

/** Operations that become no pass over memory: a reshape shares its operand's, a constant is one number. */
const free = new Set(['reshape', 'constant', 'matmul']);

/**
 * Bytes that a program's nodes read and write, those of matrix products aside: passes over memory between the products, which take
 * time that no floating-point count shows. Sums that the backend's `Gemm` takes in are no pass of their own.
 */
export function programTraffic(program: Program, symbols: Readonly<Record<string, number>>): number {
  const known = new Map(Object.entries(symbols));
  const elements = (shape: Shape): number =>
    shape.reduce<number>((product, size) => product * evaluateDimension(size, known), 1);
  const shapes = new Map([...program.inputs, ...program.nodes].map(({ id, shape }) => [id, shape]));
  const summedProducts = productsInSums(program);
  let bytes = 0;
  for (const node of program.nodes) {
    if (free.has(node.operation) || node.inputs.some((id) => summedProducts.get(id) === node.id)) continue;
    const own = elements(node.shape);
    // A gather reads the rows that it picks, not the table.
    const read = node.operation.startsWith('gather')
      ? own
      : node.inputs.reduce((sum, id) => sum + elements(shapes.get(id) ?? []), 0);
    bytes += 4 * (own + read);
  }
  return bytes;
}

/** Rank-2 products whose only use is a sum of their own shape, and that sum: what the backend fuses. */
function productsInSums(program: Program): Map<number, number> {
  const users = new Map<number, number>();
  const add = (id: number): unknown => users.set(id, (users.get(id) ?? 0) + 1);
  for (const { inputs } of program.nodes) inputs.forEach(add);
  program.outputs.forEach(({ id }) => add(id));
  const products = new Map<number, ProgramNode>();
  for (const node of program.nodes) {
    if (node.operation === 'matmul' && node.shape.length === 2 && users.get(node.id) === 1) products.set(node.id, node);
  }
  const taken = new Map<number, number>();
  for (const node of program.nodes) {
    if (node.operation !== 'add') continue;
    const product = node.inputs.find((id) => products.get(id)?.shape.join() === node.shape.join());
    if (product !== undefined) taken.set(product, node.id);
  }
  return taken;
}
