import {
  dimensionTerms,
  type Dimension,
  type MatmulOptions,
  type Program,
  type ProgramNode,
  type Shape,
} from '@profit-sft/graph';
import {
  encodeOnnxModel,
  onnxTypes,
  type OnnxGraph,
  type OnnxInitializer,
  type OnnxNode,
  type OnnxValue,
} from './onnx-model.js';

export interface EmitOptions {
  /**
   * For ONNX Runtime's WebGPU provider, which has no kernels for `FusedMatMul`, `LogSoftmax` and `OneHot`: they are
   * written with operators that it has. Else their operands would travel to the CPU and back.
   */
  readonly webgpu?: boolean;
  /** `float16` multiplies matrices in F16; everything else, and every input and output, stays float32. */
  readonly precision?: Precision;
  /** Inputs whose values the model file holds, as initializers of their names: its user does not give them. */
  readonly constants?: readonly string[];
  /** Inputs that come as int64, whatever their type in the program: ids and masks, as other exporters have them. */
  readonly int64?: readonly string[];
}

/** What matrix products are computed in. */
export type Precision = 'float32' | 'float16';

/**
 * Most terms that one F16 product sums up. The WebGPU provider accumulates F16 products in F16, where small terms are lost on a
 * large sum and a sum beyond 65504 is infinite; so longer products are cut, and their parts are added in float32. Fewer terms are
 * more exact and pass over more memory (decision 0015).
 */
const halfTerms = 256;
/** Beyond this inner size a product would be cut into too many parts; only vocabularies are larger. */
const largestHalfInner = 16_384;

/** Translates a tensor program to a serialised ONNX model whose inputs and outputs have the program's names. */
export function emitProgram(program: Program, options: EmitOptions = {}): Uint8Array {
  return encodeOnnxModel(emitGraph(program, options));
}

/** The same before it is serialised, for files that are written piece by piece. */
export function emitGraph(program: Program, options: EmitOptions = {}): OnnxGraph {
  return new Emission(program, options).graph();
}

/** State of one translation: nodes so far, and names for values and sizes that several nodes share. */
class Emission {
  private readonly nodes: OnnxNode[] = [];
  private readonly initializers = new Map<string, OnnxInitializer>();
  private readonly names = new Map<number, string>();
  private readonly byId = new Map<number, ProgramNode>();
  private readonly symbolValues = new Map<string, string>();
  private readonly sizes = new Map<string, string>();
  /** F16 copies by value, and their parts by value and axis: each is made once in a program. */
  private readonly halves = new Map<string, readonly string[]>();
  private counter = 0;

  constructor(
    private readonly program: Program,
    private readonly options: EmitOptions,
  ) {}

  graph(): OnnxGraph {
    const { program } = this;
    const { constants = [], int64 = [] } = this.options;
    for (const input of program.inputs) {
      const cast = int64.includes(input.name);
      this.names.set(
        input.id,
        cast ? this.push('Cast', [input.name], { attributes: { to: onnxTypes[input.type] } }) : input.name,
      );
    }
    for (const node of program.nodes) this.byId.set(node.id, node);
    const fusedAway = this.productsFusedIntoSums();
    for (const node of program.nodes) {
      if (!fusedAway.has(node.id)) this.names.set(node.id, this.lower(node));
    }
    this.nameOutputs();
    const value = (v: { name: string; type: OnnxValue['type']; shape: Shape }): OnnxValue => ({
      name: v.name,
      type: v.type,
      shape: v.shape,
    });
    return {
      name: program.name,
      nodes: this.nodes,
      inputs: program.inputs
        .filter(({ name }) => !constants.includes(name))
        .map((input) => value(int64.includes(input.name) ? { ...input, type: 'int64' } : input)),
      outputs: program.outputs.map(value),
      initializers: [...this.initializers.values()],
    };
  }

  private name(id: number): string {
    const name = this.names.get(id);
    if (name === undefined) throw new Error(`value ${id} is used before it is computed`);
    return name;
  }

  private shapeOf(id: number): Shape {
    const value = this.byId.get(id) ?? this.program.inputs.find((input) => input.id === id);
    if (value === undefined) throw new Error(`value ${id} is not in the program`);
    return value.shape;
  }

  private fresh(): string {
    return `t${this.counter++}`;
  }

  private push(operator: string, inputs: readonly string[], options: Partial<OnnxNode> = {}): string {
    const output = options.outputs?.[0] ?? this.fresh();
    this.nodes.push({ operator, inputs, outputs: [output], ...options });
    return output;
  }

  private constant(
    type: 'float' | 'int64',
    values: readonly number[],
    shape: readonly number[] = [values.length],
  ): string {
    const name = `c_${type}_${values.map((value) => (Object.is(value, -0) ? '-0' : value)).join('_')}_${shape.join('x')}`;
    if (!this.initializers.has(name)) this.initializers.set(name, { name, type, values, shape });
    return name;
  }

  private isAxis(dimension: string): boolean {
    return this.program.inputs.some(({ shape }) => shape.includes(dimension));
  }

  /** The value of a symbol (or of a size that is an axis as a whole) as an int64 [1]: the size of the first input axis that is just this. */
  private symbol(symbol: string): string {
    const known = this.symbolValues.get(symbol);
    if (known !== undefined) return known;
    for (const input of this.program.inputs) {
      const axis = input.shape.indexOf(symbol);
      if (axis < 0) continue;
      const name = this.push('Shape', [input.name], { attributes: { start: axis, end: axis + 1 } });
      this.symbolValues.set(symbol, name);
      return name;
    }
    throw new Error(`program "${this.program.name}": no input has an axis "${symbol}"`);
  }

  /** A dimension as an int64 [1]. */
  private size(dimension: Dimension): string {
    if (typeof dimension === 'number') return this.constant('int64', [dimension]);
    const known = this.sizes.get(dimension);
    if (known !== undefined) return known;
    const parts = dimensionTerms(dimension);
    // A program may know a product, such as batch·sequence, without its factors.
    if (this.isAxis(dimension) && !parts.every(({ symbols }) => symbols.every((symbol) => this.isAxis(symbol)))) {
      return this.symbol(dimension);
    }
    const terms = parts.map(({ coefficient, symbols }) => {
      const factors = symbols.map((symbol) => this.symbol(symbol));
      if (coefficient !== 1 || factors.length === 0) factors.push(this.constant('int64', [coefficient]));
      return factors.reduce((product, factor) => this.push('Mul', [product, factor]));
    });
    const name = terms.reduce((sum, term) => this.push('Add', [sum, term]));
    this.sizes.set(dimension, name);
    return name;
  }

  /** A shape as an int64 [rank]; with `inferOne`, a lone symbolic axis is left to the runtime (−1). */
  private shape(shape: Shape, inferOne = false): string {
    const symbolic = shape.filter((dimension) => typeof dimension === 'string').length;
    if (symbolic === 0 || (inferOne && symbolic === 1)) {
      return this.constant(
        'int64',
        shape.map((dimension) => (typeof dimension === 'number' ? dimension : -1)),
      );
    }
    return this.push(
      'Concat',
      shape.map((dimension) => this.size(dimension)),
      { attributes: { axis: 0 } },
    );
  }

  /**
   * Rank-2 products whose only use is a sum: `Gemm` adds while multiplying, which is what makes gradient accumulation
   * and residual connections free.
   */
  private productsFusedIntoSums(): Set<number> {
    const uses = new Map<number, number>();
    for (const node of this.program.nodes) for (const id of node.inputs) uses.set(id, (uses.get(id) ?? 0) + 1);
    for (const output of this.program.outputs) uses.set(output.id, (uses.get(output.id) ?? 0) + 1);
    const fused = new Set<number>();
    for (const node of this.program.nodes) {
      const product = this.productOfSum(node);
      if (product !== undefined && uses.get(product.id) === 1) fused.add(product.id);
    }
    this.fused = fused;
    return fused;
  }

  private fused = new Set<number>();

  /** The product that a sum could take in: of the sum's own shape, its other operand no larger. */
  private productOfSum(node: ProgramNode): ProgramNode | undefined {
    if (node.operation !== 'add' || node.shape.length !== 2 || node.inputs[0] === node.inputs[1]) return undefined;
    for (const id of node.inputs) {
      const product = this.byId.get(id);
      // An F16 product is no part of a sum: sums are float32.
      if (product?.operation !== 'matmul' || this.takesHalves(product)) continue;
      if (product.shape.join() === node.shape.join()) return product;
    }
    return undefined;
  }

  /** Results get the names of the program's outputs where they are computed; a copy is needed only for a second name. */
  private nameOutputs(): void {
    const renamed = new Map<string, string>();
    const producers = new Set(this.nodes.flatMap(({ outputs }) => outputs));
    for (const { id, name } of this.program.outputs) {
      const computed = this.name(id);
      if (producers.has(computed) && !renamed.has(computed)) renamed.set(computed, name);
      else this.nodes.push({ operator: 'Identity', inputs: [computed], outputs: [name] });
    }
    const rename = (name: string): string => renamed.get(name) ?? name;
    this.nodes.forEach((node, index) => {
      this.nodes[index] = { ...node, inputs: node.inputs.map(rename), outputs: node.outputs.map(rename) };
    });
  }

  private gemm(product: ProgramNode, addend: string | undefined): string {
    const { transposeA, transposeB, scale } = product.attributes as Required<MatmulOptions>;
    const operands = product.inputs.map((id) => this.name(id));
    return this.push('Gemm', addend === undefined ? operands : [...operands, addend], {
      attributes: { transA: Number(transposeA), transB: Number(transposeB), alpha: { float: scale } },
    });
  }

  private lower(node: ProgramNode): string {
    const inputs = node.operation === 'add' ? [] : node.inputs.map((id) => this.name(id));
    const { attributes } = node;
    switch (node.operation) {
      case 'constant':
        return this.constant('float', [attributes.value as number], []);
      case 'range':
        return this.push('Cast', [this.range(node.shape[0])], { attributes: { to: onnxTypes.float } });
      case 'add': {
        const product = this.productOfSum(node);
        if (product !== undefined && this.fused.has(product.id)) {
          const other = node.inputs.find((id) => id !== product.id) as number;
          return this.gemm(product, this.name(other));
        }
        return this.push(
          'Add',
          node.inputs.map((id) => this.name(id)),
        );
      }
      case 'subtract':
        return this.push('Sub', inputs);
      case 'multiply':
        return this.push('Mul', inputs);
      case 'divide':
        return this.push('Div', inputs);
      case 'greater':
        return this.push('Greater', inputs);
      case 'negate':
        return this.push('Neg', inputs);
      case 'exp':
        return this.push('Exp', inputs);
      case 'log':
        return this.push('Log', inputs);
      case 'sqrt':
        return this.push('Sqrt', inputs);
      case 'sigmoid':
        return this.push('Sigmoid', inputs);
      case 'tanh':
        return this.push('Tanh', inputs);
      case 'where':
        return this.push('Where', inputs);
      case 'softmax':
        return this.push('Softmax', inputs, { attributes: { axis: -1 } });
      case 'logSoftmax':
        if (this.options.webgpu === true) return this.composedLogSoftmax(inputs[0]);
        return this.push('LogSoftmax', inputs, { attributes: { axis: -1 } });
      case 'reduceSum':
        return this.push('ReduceSum', [inputs[0], this.constant('int64', attributes.axes as number[])], {
          attributes: { keepdims: 1 },
        });
      case 'topValues': {
        const values = this.fresh();
        const count = this.constant('int64', [attributes.count as number]);
        this.push('TopK', [inputs[0], count], { attributes: { axis: -1 }, outputs: [values, this.fresh()] });
        return values;
      }
      case 'argMax': {
        const index = this.push('ArgMax', inputs, { attributes: { axis: -1, keepdims: 0 } });
        return this.push('Cast', [index], { attributes: { to: onnxTypes.int } });
      }
      case 'matmul':
        return this.matmul(node, inputs);
      case 'reshape':
        return this.push('Reshape', [inputs[0], this.shape(node.shape, true)]);
      case 'transpose':
        return this.push('Transpose', inputs, { attributes: { perm: attributes.order as number[] } });
      case 'broadcastTo':
        return this.push('Expand', [inputs[0], this.shape(node.shape)]);
      case 'slice': {
        const { axis, start, end } = attributes as { axis: number; start: Dimension; end: Dimension };
        return this.push('Slice', [inputs[0], this.size(start), this.size(end), this.constant('int64', [axis])]);
      }
      case 'roll': {
        const { axis, shift } = attributes as { axis: number; shift: number };
        const size = node.shape[axis] as number;
        const part = (start: number, end: number): string =>
          this.push('Slice', [inputs[0], ...[start, end, axis].map((bound) => this.constant('int64', [bound]))]);
        return this.push('Concat', [part(size - shift, size), part(0, size - shift)], { attributes: { axis } });
      }
      case 'pad':
        return this.pad(node, inputs[0]);
      case 'concat':
        return this.push('Concat', inputs, { attributes: { axis: attributes.axis as number } });
      case 'gatherRows':
        return this.push('Gather', inputs, { attributes: { axis: 0 } });
      case 'gatherColumns': {
        const columns = this.push('Unsqueeze', [inputs[1], this.constant('int64', [1])]);
        const picked = this.push('GatherElements', [inputs[0], columns], { attributes: { axis: 1 } });
        return this.push('Squeeze', [picked, this.constant('int64', [1])]);
      }
      case 'scatterAddRows': {
        const zeros = this.push('Expand', [this.constant('float', [0], []), this.shape(node.shape)]);
        // In this order because the WebGPU provider unsqueezes int32 only.
        const indices = this.push('Unsqueeze', [inputs[1], this.constant('int64', [1])]);
        const rows = this.push('Cast', [indices], { attributes: { to: onnxTypes.int64 } });
        return this.push('ScatterND', [zeros, rows, inputs[0]], { attributes: { reduction: { string: 'add' } } });
      }
      case 'oneHot': {
        if (this.options.webgpu === true) return this.composedOneHot(inputs[0], attributes.columns as Dimension);
        const depth = this.size(attributes.columns as Dimension);
        const indices = this.push('Cast', [inputs[0]], { attributes: { to: onnxTypes.int64 } });
        return this.push('OneHot', [indices, depth, this.constant('float', [0, 1])], { attributes: { axis: -1 } });
      }
      default:
        throw new Error(`operation "${node.operation}" has no ONNX form`);
    }
  }

  private matmul(node: ProgramNode, inputs: string[]): string {
    if (this.takesHalves(node)) return this.halfProduct(node, inputs);
    if (node.shape.length === 2) return this.gemm(node, undefined);
    const { transposeA, transposeB, scale } = node.attributes as Required<MatmulOptions>;
    if (!transposeA && !transposeB && scale === 1) return this.push('MatMul', inputs);
    if (this.options.webgpu === true) return this.scaled(this.composedProduct(node, inputs), scale);
    return this.push('FusedMatMul', inputs, {
      attributes: { transA: Number(transposeA), transB: Number(transposeB), alpha: { float: scale } },
      domain: 'com.microsoft',
    });
  }

  private composedProduct(node: ProgramNode, [a, b]: readonly string[]): string {
    const { transposeA, transposeB } = node.attributes as Required<MatmulOptions>;
    const rank = node.shape.length;
    const swap = { perm: [...Array.from({ length: rank - 2 }, (_, axis) => axis), rank - 1, rank - 2] };
    const swapped = (input: string, transpose: boolean): string =>
      transpose ? this.push('Transpose', [input], { attributes: swap }) : input;
    return this.push('MatMul', [swapped(a, transposeA), swapped(b, transposeB)]);
  }

  private scaled(product: string, scale: number): string {
    return scale === 1 ? product : this.push('Mul', [product, this.constant('float', [scale], [])]);
  }

  private innerAxes(node: ProgramNode): readonly [number, number] {
    const { transposeA, transposeB } = node.attributes as Required<MatmulOptions>;
    const rank = node.shape.length;
    return [transposeA ? rank - 2 : rank - 1, transposeB ? rank - 1 : rank - 2];
  }

  /**
   * Whether a product is computed in F16: those with weights and of queries with keys are. Products whose inner size is a symbol
   * sum over tokens, which cannot be cut; they are the gradients' own sums, and probabilities times values. A result with an
   * axis of 1 is a sum of products, which gains nothing.
   */
  private takesHalves(node: ProgramNode): boolean {
    if (this.options.precision !== 'float16') return false;
    const inner = this.shapeOf(node.inputs[0])[this.innerAxes(node)[0]];
    return typeof inner === 'number' && inner <= largestHalfInner && !node.shape.slice(-2).includes(1);
  }

  /** Parts leave F16 at once; their sum and the scale are float32. */
  private halfProduct(node: ProgramNode, inputs: readonly string[]): string {
    const { transposeA, transposeB, scale } = node.attributes as Required<MatmulOptions>;
    const axes = this.innerAxes(node);
    const inner = this.shapeOf(node.inputs[0])[axes[0]] as number;
    const [as, bs] = inputs.map((input, operand) => this.halfParts(input, axes[operand], inner));
    const products = as.map((a, part) => {
      const product =
        node.shape.length === 2
          ? this.push('Gemm', [a, bs[part]], { attributes: { transA: Number(transposeA), transB: Number(transposeB) } })
          : this.composedProduct(node, [a, bs[part]]);
      return this.push('Cast', [product], { attributes: { to: onnxTypes.float } });
    });
    return this.scaled(
      products.reduce((sum, product) => this.push('Add', [sum, product])),
      scale,
    );
  }

  private half(value: string): string {
    let half = this.halves.get(value);
    if (half === undefined) {
      half = [this.push('Cast', [value], { attributes: { to: onnxTypes.float16 } })];
      this.halves.set(value, half);
    }
    return half[0];
  }

  /** A value in F16, in parts of at most `halfTerms` along an axis of this size. */
  private halfParts(value: string, axis: number, size: number): readonly string[] {
    const count = Math.ceil(size / halfTerms);
    if (count === 1) return [this.half(value)];
    const key = `${value} ${axis}`;
    let parts = this.halves.get(key);
    if (parts === undefined) {
      const half = this.half(value);
      // Of a multiple of 4, which the provider reads at a time.
      const length = 4 * Math.ceil(size / count / 4);
      parts = Array.from({ length: count }, (_, part) => {
        const bounds = [part * length, Math.min(size, (part + 1) * length), axis];
        return this.push('Slice', [half, ...bounds.map((bound) => this.constant('int64', [bound]))]);
      });
      this.halves.set(key, parts);
    }
    return parts;
  }

  private composedLogSoftmax(x: string): string {
    const axis = this.constant('int64', [-1]);
    const below = this.push('Sub', [x, this.push('ReduceMax', [x, axis], { attributes: { keepdims: 1 } })]);
    const sum = this.push('ReduceSum', [this.push('Exp', [below]), axis], { attributes: { keepdims: 1 } });
    return this.push('Sub', [below, this.push('Log', [sum])]);
  }

  /** 0 to size − 1 as int64. */
  private range(size: Dimension): string {
    const [zero, one] = [0, 1].map((value) => this.constant('int64', [value], []));
    const end = this.push('Squeeze', [this.size(size), this.constant('int64', [0])]);
    return this.push('Range', [zero, end, one]);
  }

  private composedOneHot(indices: string, columns: Dimension): string {
    const ids = this.push('Cast', [this.range(columns)], { attributes: { to: onnxTypes.int } });
    const column = this.push('Unsqueeze', [indices, this.constant('int64', [1])]);
    return this.push('Cast', [this.push('Equal', [column, ids])], { attributes: { to: onnxTypes.float } });
  }

  private pad(node: ProgramNode, input: string): string {
    const { axis, start, size } = node.attributes as { axis: number; start: Dimension; size: Dimension };
    const before = this.size(start);
    const length = this.size(this.shapeOf(node.inputs[0])[axis]);
    const after = this.push('Sub', [this.push('Sub', [this.size(size), before]), length]);
    const pads = this.push('Concat', [before, after], { attributes: { axis: 0 } });
    return this.push('Pad', [input, pads, this.constant('float', [0], []), this.constant('int64', [axis])]);
  }
}
