import type { Tensor } from 'onnxruntime-node';
import { FloatBuffer } from '../engine/float-buffer.js';
import type { Weight } from '../engine/weight.js';
import type { StoredNumbers } from './stored-numbers.js';

/**
 * Memory into which weights are expanded in turn, such as those of one map in all layers: layers run one after the other. It holds the
 * last one's numbers.
 */
export class ExpansionSlot {
  private readonly buffer = new FloatBuffer();
  private owner: FrozenWeight | undefined;

  expanded(weight: FrozenWeight, write: (into: Float32Array) => void): Tensor {
    if (this.owner !== weight) {
      write(this.buffer.take(weight.size));
      this.owner = weight;
    }
    return this.buffer.tensor(weight.shape);
  }
}

/** A weight that is not trained and is held in fewer bits than it is used in. */
export class FrozenWeight implements Weight {
  readonly size: number;
  private readonly columns: number;

  constructor(
    readonly name: string,
    readonly shape: readonly number[],
    private readonly numbers: StoredNumbers,
    readonly slot: ExpansionSlot,
    /** For rows; shared by weights that are not read at once. */
    private readonly rowBuffer: FloatBuffer,
  ) {
    this.size = shape.reduce((product, length) => product * length, 1);
    this.columns = shape[shape.length - 1];
  }

  get bytes(): number {
    return this.numbers.bytes;
  }

  /** Valid until another weight of the same slot is asked for. */
  get weightTensor(): Tensor {
    return this.slot.expanded(this, (into) => this.numbers.expand(0, this.size / this.columns, into));
  }

  rows(first: number, count: number): Float32Array {
    const into = this.rowBuffer.take(count * this.columns);
    this.numbers.expand(first, count, into);
    return into;
  }
}
