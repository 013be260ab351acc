import type { ChildProcess } from 'node:child_process';
import type {
  FrozenModel,
  GenerateOptions,
  Generation,
  ModelDescription,
  ModelSignalName,
  PassOptions,
  TokenBatch,
  TokenDistributions,
  TokenSignals,
} from '@profit-sft/core';
import type { HeadSignalArrays } from '../passes/passes.js';
import { tokenSignals } from '../model/token-signals.js';
import { EngineConnection } from './engine-connection.js';
import { generateSettings, ownArray, passSettings, plainBatch } from './plain-arguments.js';
import { ReceivedGeneration } from './received-generation.js';
import { startProcess, type EngineModule } from './start-process.js';

/** As `openModelProcess`, for a module whose model does not train. */
export function openFrozenModelProcess(
  engineModule: EngineModule,
  directory: string,
  options: unknown,
  child: ChildProcess = startProcess(engineModule),
): Promise<FrozenProcessModel> {
  return openIn(child, engineModule, directory, options, (...parts) => new FrozenProcessModel(...parts));
}

/** Has the process `child` open a model; ends it where that fails. */
export async function openIn<M>(
  child: ChildProcess,
  { backend }: EngineModule,
  directory: string,
  options: unknown,
  make: (engine: EngineConnection, description: ModelDescription) => M,
): Promise<M> {
  const engine = new EngineConnection(backend, child);
  try {
    return make(engine, await engine.call('open', [directory, options]).value);
  } catch (error) {
    await engine.close(new Error('the model did not open'));
    throw error;
  }
}

/** A model in a process of its own that only scores and generates, see {@link FrozenModel} for the contract. */
export class FrozenProcessModel implements FrozenModel {
  private disposed: Promise<void> | undefined;

  constructor(
    protected readonly engine: EngineConnection,
    readonly description: ModelDescription,
  ) {}

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

  async generate(prompts: readonly Int32Array[], options: GenerateOptions): Promise<Generation[]> {
    const received = new ReceivedGeneration(options);
    const { value } = this.engine.call('generate', [prompts, generateSettings(options)], {
      onReport: (report) => {
        const ended = received.receive(report);
        if (ended.length > 0) this.engine.stop(report.call, ended);
      },
    });
    return received.result(await value);
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
}

export function receivedSignals(batch: TokenBatch, arrays: HeadSignalArrays): TokenSignals {
  const own = Object.entries(arrays).map(([name, array]) => [name, ownArray(array)] as const);
  return tokenSignals(batch, Object.fromEntries(own) as HeadSignalArrays);
}
