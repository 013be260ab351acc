import { bindShape, evaluateDimension, type Dimension, type Program } from '@profit-sft/graph';

/** The sizes of one run of a program. */
export class ProgramSizes {
  private readonly symbols = new Map<string, number>();

  /**
   * Binds the program's symbols to the shapes of its inputs.
   * @throws Error where a shape is not the declared one
   */
  constructor(program: Program, shapeOf: (name: string) => readonly number[]) {
    const shapes = program.inputs.map(({ name }) => shapeOf(name));
    // Two passes: a size like `batch*sequence` may be made of symbols that a later input gives.
    program.inputs.forEach(({ shape }, index) =>
      shape.forEach((dimension, axis) => {
        const size = shapes[index][axis];
        if (typeof dimension !== 'string' || !/^[A-Za-z_]\w*$/.test(dimension) || size === undefined) return;
        if (!this.symbols.has(dimension)) this.symbols.set(dimension, size);
      }),
    );
    program.inputs.forEach(({ name, shape }, index) =>
      bindShape(shape, shapes[index], this.symbols, `program "${program.name}": input "${name}"`),
    );
  }

  of(dimension: Dimension): number {
    if (typeof dimension === 'number') return dimension;
    const known = this.symbols.get(dimension);
    if (known !== undefined) return known;
    const value = evaluateDimension(dimension, this.symbols);
    this.symbols.set(dimension, value);
    return value;
  }
}
