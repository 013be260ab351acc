/** The scale of a loss and how it came about, for a training state. */
export interface LossScaleState {
  readonly scale: number;
  /** Finite steps since the scale last changed. */
  readonly goodSteps: number;
}

export const initialLossScale: LossScaleState = { scale: 2 ** 16, goodSteps: 0 };
const growthInterval = 2000;
const smallestScale = 1;

/**
 * Dynamic loss scaling (arXiv 1710.03740, section 3.2; PyTorch's `torch.amp.GradScaler`, with its defaults): gradients are computed
 * of the loss times a power of two, so that small ones do not vanish in F16 on the way. The scale doubles after 2000 finite steps
 * in a row and halves where a gradient is not finite. It never falls below 1: a gradient that overflows there is not the scale's fault.
 */
export class LossScale {
  private current = initialLossScale;

  get scale(): number {
    return this.current.scale;
  }

  get state(): LossScaleState {
    return this.current;
  }

  restore(state: LossScaleState): void {
    this.current = state;
  }

  /** Takes note of a step's gradient. Returns whether the scale is to blame where it is not finite: then it was lowered. */
  after(finite: boolean): boolean {
    const { scale, goodSteps } = this.current;
    if (finite) {
      const grows = goodSteps + 1 === growthInterval;
      this.current = grows ? { scale: 2 * scale, goodSteps: 0 } : { scale, goodSteps: goodSteps + 1 };
      return false;
    }
    this.current = { scale: Math.max(smallestScale, scale / 2), goodSteps: 0 };
    return scale > smallestScale;
  }
}
