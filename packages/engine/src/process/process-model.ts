import type { ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import type {
  BatchShape,
  Forward,
  GenerateOptions,
  Generation,
  MemoryPlan,
  ModelDescription,
  ModelSignalName,
  PassOptions,
  TokenBatch,
  TokenDistributions,
  TokenSignals,
  TrainableModel,
  UpdateOptions,
  UpdateResult,
} from '@profit-sft/core';
import type { HeadSignalArrays } from '../passes/passes.js';
import { tokenSignals } from '../model/token-signals.js';
import { EngineConnection } from './engine-connection.js';
import { generateSettings, ownArray, passSettings, plainBatch } from './plain-arguments.js';
import { startProcess, type EngineModule } from './start-process.js';

/**
 * Opens a Hugging Face model directory in a process of its own, by the `openModel` of a module. `options` go there as a message: plain
 * values.
 */
export async function openModelProcess(
  engineModule: EngineModule,
  directory: string,
  options: unknown,
  child: ChildProcess = startProcess(engineModule),
): Promise<ProcessModel> {
  const engine = new EngineConnection(engineModule.backend, child);
  try {
    return new ProcessModel(engine, await engine.call('open', [directory, options]).value);
  } catch (error) {
    await engine.close(new Error('the model did not open'));
    throw error;
  }
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
export class ProcessModel implements TrainableModel {
  /** In which the process resolves relative paths. */
  private readonly workingDirectory = process.cwd();
  private disposed: Promise<void> | undefined;

  constructor(
    private readonly engine: EngineConnection,
    readonly description: ModelDescription,
  ) {}

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

  async score(
    batch: TokenBatch,
    needs: readonly ModelSignalName[] = [],
    options: PassOptions = {},
  ): Promise<TokenSignals> {
    const { reference } = options;
    const { id, value } = this.engine.call('score', [plainBatch(batch), needs, passSettings(options)], { reference });
    try {
      return receivedSignals(batch, await value);
    } finally {
      this.engine.forgetReference(id);
    }
  }

  async distributions(batch: TokenBatch): Promise<TokenDistributions> {
    const { engine } = this;
    const { id, value } = engine.call('distributions', [plainBatch(batch)]);
    await value;
    return {
      logProbs: (first, count) => engine.call('logProbs', [id, first, count]).value,
      release: () => engine.tell('releaseDistributions', [id]),
    };
  }

  planMemory(largest: BatchShape): Promise<MemoryPlan | undefined> {
    return this.engine.call('planMemory', [largest]).value;
  }

  async generate(prompts: readonly Int32Array[], options: GenerateOptions): Promise<Generation[]> {
    const { onProgress } = options;
    const { value } = this.engine.call('generate', [prompts, generateSettings(options)], { onProgress });
    return (await value).map(({ tokens, finishReason }) => ({ tokens: ownArray(tokens), finishReason }));
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

  /** Of a model whose process has died there is nothing left to dispose of. */
  dispose(): Promise<void> {
    this.disposed ??= this.end();
    return this.disposed;
  }

  private async end(): Promise<void> {
    const { engine } = this;
    try {
      if (engine.alive) await engine.call('dispose', []).value;
    } catch (error) {
      if (engine.alive) throw error;
    } finally {
      await engine.close(new Error('the model was disposed of'));
    }
  }

  /** A path as it was given, for messages, unless the process would take it for another. */
  private path(directory: string): string {
    return process.cwd() === this.workingDirectory ? directory : resolve(directory);
  }
}

function receivedSignals(batch: TokenBatch, arrays: HeadSignalArrays): TokenSignals {
  const own = Object.entries(arrays).map(([name, array]) => [name, ownArray(array)] as const);
  return tokenSignals(batch, Object.fromEntries(own) as HeadSignalArrays);
}
