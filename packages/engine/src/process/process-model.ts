import type { ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import type {
  BatchShape,
  Forward,
  MemoryPlan,
  ModelSignalName,
  PassOptions,
  TokenBatch,
  TokenSignals,
  TrainableModel,
  UpdateOptions,
  UpdateResult,
} from '@profit-sft/core';
import { FrozenProcessModel, openIn, receivedSignals } from './frozen-process-model.js';
import { passSettings, plainBatch } from './plain-arguments.js';
import { startProcess, type EngineModule } from './start-process.js';

/**
 * Opens a Hugging Face model directory in a process of its own, by the `openModel` of a module. `options` go there as a message: plain
 * values.
 */
export function openModelProcess(
  engineModule: EngineModule,
  directory: string,
  options: unknown,
  child: ChildProcess = startProcess(engineModule),
): Promise<ProcessModel> {
  return openIn(child, engineModule, directory, options, (...parts) => new ProcessModel(...parts));
}

/** A forward pass that is held in the model's process, by the call that made it. */
class ProcessForward implements Forward {
  constructor(
    readonly call: number,
    readonly signals: TokenSignals,
    readonly release: () => void,
  ) {}
}

/** A model in a process of its own, see {@link TrainableModel} for the contract. */
export class ProcessModel extends FrozenProcessModel implements TrainableModel {
  /** In which the process resolves relative paths. */
  private readonly workingDirectory = process.cwd();

  async forward(
    batch: TokenBatch,
    needs: readonly ModelSignalName[] = [],
    options: PassOptions = {},
  ): Promise<Forward> {
    const { engine } = this;
    const { reference } = options;
    const { id, value } = engine.call('forward', [plainBatch(batch), needs, passSettings(options)], { reference });
    try {
      return new ProcessForward(id, receivedSignals(batch, await value), () => {
        engine.tell('release', [id]);
        engine.forgetReference(id);
      });
    } catch (error) {
      engine.forgetReference(id);
      throw error;
    }
  }

  async backward(forward: Forward, weights: Float32Array, coefficients?: Float32Array): Promise<void> {
    if (!(forward instanceof ProcessForward)) throw new Error('backward needs a forward pass of this model');
    await this.engine.call('backward', [forward.call, weights, coefficients]).value;
    this.engine.forgetReference(forward.call);
  }

  update(options: UpdateOptions): Promise<UpdateResult> {
    return this.engine.call('update', [options]).value;
  }

  clearGradients(): void {
    this.engine.tell('clearGradients', []);
  }

  planMemory(largest: BatchShape): Promise<MemoryPlan | undefined> {
    return this.engine.call('planMemory', [largest]).value;
  }

  save(directory: string): Promise<void> {
    return this.engine.call('save', [this.path(directory)]).value;
  }

  saveState(directory: string): Promise<void> {
    return this.engine.call('saveState', [this.path(directory)]).value;
  }

  loadState(directory: string): Promise<void> {
    return this.engine.call('loadState', [this.path(directory)]).value;
  }

  /** A path as it was given, for messages, unless the process would take it for another. */
  private path(directory: string): string {
    return process.cwd() === this.workingDirectory ? directory : resolve(directory);
  }
}
