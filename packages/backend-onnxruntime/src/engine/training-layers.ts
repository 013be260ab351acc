import type { Tensor } from 'onnxruntime-node';
import { layerParts, type AdaptedConfig, type LayerParts } from '@profit-sft/models';
import { projectionWidths } from '../memory/kept-products.js';
import { CompiledPrograms, type Runtime } from '@profit-sft/engine';
import { floatTensor, intTensor, type Executable, type Feeds } from '../runtime/onnx-runtime.js';
import type { AttentionBlock, AttentionBlocks } from './attention-blocks.js';
import { FloatBuffer } from './float-buffer.js';
import { trainedParameter, type Parameter } from './parameters.js';
import type { Weight } from './weight.js';

/** The parts that give out gradients of weights. */
type BackwardPart =
  'projectBackward' | 'bottomProjectBackward' | 'finishBackward' | 'finishBackwardKeeping' | 'lastFinishBackward';

/** What one layer works on in training. */
export interface TrainingPass {
  readonly parameters: ReadonlyMap<string, Weight>;
  /** Rotary tables, [tokens, headSize]; none where positions are learned. */
  readonly tables: Feeds;
  readonly attention: AttentionBlocks;
  /** The layer's input, [tokens, hiddenSize]. */
  readonly hidden: Tensor;
  /** For the last layer: the tokens whose output is wanted. */
  readonly rows?: Int32Array;
  /** Where the layer's products are kept for its backward pass; recomputed where absent. */
  readonly kept?: LayerProducts;
  /** Masks of dropout by name, [tokens, in]; where there is dropout. */
  readonly masks?: Feeds | undefined;
}

/** Memory for the values between a layer's parts, by name; each grows to what is asked for and is reused. */
export class LayerProducts {
  private readonly buffers = new Map<string, FloatBuffer>();

  take(name: string, tokens: number, width: number): Tensor {
    return floatTensor(this.numbers(name, tokens * width), [tokens, width]);
  }

  numbers(name: string, size: number): Float32Array {
    let buffer = this.buffers.get(name);
    if (buffer === undefined) this.buffers.set(name, (buffer = new FloatBuffer()));
    return buffer.take(size);
  }

  release(): void {
    this.buffers.clear();
  }
}

/** Runs the parts of decoder layers with the weights of whichever layer is due: projections, attention in blocks, the rest. */
export class TrainingLayers {
  private readonly compiled: CompiledPrograms<Tensor>;
  private readonly programs: LayerParts;
  private readonly finishKept: readonly { readonly name: string; readonly width: number }[];
  /** Values of the layer at work; of a layer that keeps its products only the gradients. */
  private readonly scratch = new LayerProducts();
  private readonly widths: ReturnType<typeof projectionWidths>;

  constructor(
    private readonly config: AdaptedConfig,
    runtime: Runtime<Tensor>,
  ) {
    const { programs, kept } = layerParts(config);
    this.programs = programs;
    this.finishKept = kept;
    this.compiled = new CompiledPrograms((program) => runtime.compile(program));
    this.widths = projectionWidths(config);
  }

  /** Writes the layer's output, [tokens or rows, hiddenSize]. */
  async forward(pass: TrainingPass, output: Tensor): Promise<void> {
    const { context } = await this.attend(pass);
    const name = pass.rows !== undefined ? 'lastFinish' : pass.kept === undefined ? 'finish' : 'finishKeeping';
    await this.run(
      name,
      pass,
      { ...this.finishFeeds(pass), context },
      { output, ...(name === 'finishKeeping' ? this.keptTensors(pass) : {}) },
    );
  }

  /**
   * outputGradient [tokens or rows, hiddenSize] → hiddenGradient [tokens, hiddenSize], where it is wanted; adds to the gradients
   * of what is trained in place. `hiddenGradient` may not be the memory of `outputGradient`.
   */
  async backward(pass: TrainingPass, outputGradient: Tensor, hiddenGradient: Tensor | undefined): Promise<void> {
    const tokens = pass.hidden.dims[0];
    const { queries, keys, values, context } = pass.kept === undefined ? await this.attend(pass) : this.projected(pass);
    const of = (name: string, width: number): Tensor => this.scratch.take(name, tokens, width);
    const residualGradient = of('residualGradient', this.config.hiddenSize);
    const contextGradient = of('contextGradient', this.widths.context);
    const keeping = pass.rows === undefined && pass.kept !== undefined;
    await this.runBackward(
      pass.rows !== undefined ? 'lastFinishBackward' : keeping ? 'finishBackwardKeeping' : 'finishBackward',
      pass,
      { ...this.finishFeeds(pass), context, outputGradient, ...(keeping ? this.keptTensors(pass) : {}) },
      { residualGradient, contextGradient },
    );

    // Nothing is trained at the bottom's projections or below them: that was all.
    if (hiddenGradient === undefined && this.programs.bottomProjectBackward.outputs.length === 0) return;
    const queriesGradient = of('queriesGradient', this.widths.queries);
    const keysGradient = of('keysGradient', this.widths.keys);
    const valuesGradient = of('valuesGradient', this.widths.values);
    for (const sum of [keysGradient, valuesGradient]) (sum.data as Float32Array).fill(0);
    const blocks = this.blocksOf(pass);
    // Queries of blocks without a wanted token get no gradient.
    if (blocks.length < pass.attention.all.length) (queriesGradient.data as Float32Array).fill(0);
    const executable = await this.executable('attendBackward');
    for (const block of blocks) {
      const sums = { keysGradient: keysOf(block, keysGradient), valuesGradient: keysOf(block, valuesGradient) };
      await executable.run(
        {
          queries: queriesOf(block, queries),
          keys: keysOf(block, keys),
          values: keysOf(block, values),
          mask: pass.attention.mask(block),
          context: queriesOf(block, context),
          contextGradient: queriesOf(block, contextGradient),
          ...sums,
        },
        {
          queriesGradient: queriesOf(block, queriesGradient),
          newKeysGradient: sums.keysGradient,
          newValuesGradient: sums.valuesGradient,
        },
      );
    }
    const feeds = { hidden: pass.hidden, ...pass.tables, queriesGradient, keysGradient, valuesGradient };
    if (hiddenGradient === undefined) return this.runBackward('bottomProjectBackward', pass, feeds, {});
    await this.runBackward('projectBackward', pass, { ...feeds, residualGradient }, { hiddenGradient });
  }

  async release(): Promise<void> {
    await this.compiled.release();
    this.scratch.release();
  }

  /** Projections and attention of the blocks that are wanted. */
  private async attend(pass: TrainingPass): Promise<Record<'queries' | 'keys' | 'values' | 'context', Tensor>> {
    const projected = this.projected(pass);
    const { queries, keys, values, context } = projected;
    await this.run('project', pass, { hidden: pass.hidden, ...pass.tables }, { queries, keys, values });
    const executable = await this.executable('attend');
    for (const block of this.blocksOf(pass)) {
      await executable.run(
        {
          queries: queriesOf(block, queries),
          keys: keysOf(block, keys),
          values: keysOf(block, values),
          mask: pass.attention.mask(block),
        },
        { context: queriesOf(block, context) },
      );
    }
    return projected;
  }

  private blocksOf({ attention, rows }: TrainingPass): readonly AttentionBlock[] {
    return rows === undefined ? attention.all : attention.holding(rows);
  }

  private projected({ hidden, kept }: TrainingPass): Record<'queries' | 'keys' | 'values' | 'context', Tensor> {
    const products = kept ?? this.scratch;
    const of = (name: keyof typeof this.widths): Tensor => products.take(name, hidden.dims[0], this.widths[name]);
    return { queries: of('queries'), keys: of('keys'), values: of('values'), context: of('context') };
  }

  private keptTensors({ hidden, kept }: TrainingPass): Feeds {
    return Object.fromEntries(
      this.finishKept.map(({ name, width }) => [name, (kept ?? this.scratch).take(name, hidden.dims[0], width)]),
    );
  }

  private finishFeeds({ hidden, rows }: TrainingPass): Feeds {
    return { hidden, ...(rows === undefined ? {} : { rows: rowsTensor(rows) }) };
  }

  private executable(name: keyof LayerParts): Promise<Executable> {
    return this.compiled.get(name, () => this.programs[name]);
  }

  /** Runs a part with the weights that it uses. */
  private async run(
    name: keyof LayerParts,
    { parameters, masks }: TrainingPass,
    feeds: Feeds,
    fetches: Feeds,
  ): Promise<void> {
    const inputs: Feeds = {};
    for (const { name: input } of this.programs[name].inputs) {
      inputs[input] = parameters.get(input)?.weightTensor ?? masks?.[input] ?? feeds[input];
    }
    await (await this.executable(name)).run(inputs, fetches);
  }

  /** Runs a part that gives out gradients of the weights that it uses: adds them in place, or overwrites zeros. */
  private async runBackward(name: BackwardPart, pass: TrainingPass, feeds: Feeds, fetches: Feeds): Promise<void> {
    const { parameters } = pass;
    const first: keyof LayerParts = `${name}First`;
    const prefix = 'newGradient:';
    const used = this.programs[first].outputs
      .filter((output) => output.name.startsWith(prefix))
      .map((output) => output.name.slice(prefix.length));
    const of = (own: string): Parameter => trainedParameter(parameters.get(own) as Weight);
    if (used.every((own) => of(own).gradientCleared)) {
      const outputs = used.map((own) => [`${prefix}${own}`, of(own).overwriteGradientTensor()]);
      return this.run(first, pass, feeds, { ...fetches, ...Object.fromEntries(outputs) });
    }
    // The sum's memory is also the result's.
    const sums = used.map((own) => [`gradient:${own}`, of(own).gradientTensor]);
    const newSums = used.map((own) => [`${prefix}${own}`, of(own).gradientTensor]);
    return this.run(
      name,
      pass,
      { ...feeds, ...Object.fromEntries(sums) },
      { ...fetches, ...Object.fromEntries(newSums) },
    );
  }
}

function rowsTensor(rows: Int32Array): Tensor {
  return intTensor(rows, [rows.length]);
}

/** The tokens from `first` on of a token-major value, without a copy. */
function slice(value: Tensor, first: number, count: number): Tensor {
  const width = value.dims[1];
  return floatTensor((value.data as Float32Array).subarray(first * width, (first + count) * width), [count, width]);
}

function queriesOf({ rows, firstQuery, queries }: AttentionBlock, value: Tensor): Tensor {
  return slice(value, firstQuery, rows * queries);
}

function keysOf({ rows, firstKey, keys }: AttentionBlock, value: Tensor): Tensor {
  return slice(value, firstKey, rows * keys);
}
