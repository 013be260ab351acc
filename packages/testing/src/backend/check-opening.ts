import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidModelError, ProfitError } from '@profit-sft/core';
import { writeSafetensors } from '@profit-sft/models';
import { ConformanceError } from '../problem.js';
import {
  modelOf,
  openDirectory,
  refusalOf,
  scratchFolder,
  whereOf,
  withModel,
  type BackendSubject,
} from './backend-subject.js';
import { parametersOf } from './saved-parameters.js';
import { testBatch } from './test-batches.js';

/** A directory that is no model, and what has to be in the message of its refusal. */
interface BrokenModel {
  readonly what: string;
  readonly named: string;
  /** Without it the configuration is alone: it has to be refused before weights are looked for. */
  readonly weights?: ReadonlyMap<string, { readonly shape: readonly number[] }>;
  /** Text of `config.json`; no directory at all where absent. */
  readonly config?: string;
}

async function brokenModels(subject: BackendSubject): Promise<BrokenModel[]> {
  const { config, directory } = await modelOf(subject);
  const text = (changes: Readonly<Record<string, unknown>>): string => JSON.stringify({ ...config.raw, ...changes });
  const weights = await parametersOf(directory);
  const name = [...weights.keys()][1];
  const shape = weights.get(name)?.shape ?? [];
  const withShape = new Map<string, { readonly shape: readonly number[] }>(weights).set(name, {
    shape: shape.map((size) => size + 1),
  });
  const without = new Map([...weights].filter(([other]) => other !== name));
  return [
    { what: 'a directory that is not there', named: 'config.json' },
    { what: 'a config.json that is not JSON', named: 'config.json', config: '{"model_type": ' },
    {
      what: 'an unknown architecture',
      named: 'no_such_architecture',
      config: text({ model_type: 'no_such_architecture' }),
    },
    { what: 'a vocabulary of no size', named: 'vocab_size', config: text({ vocab_size: 'many' }) },
    { what: 'quantised weights', named: 'quantization_config', config: text({ quantization_config: { bits: 4 } }) },
    { what: 'a mixture of experts', named: 'num_local_experts', config: text({ num_local_experts: 8 }) },
    { what: 'a tensor of another shape', named: name, config: text({}), weights: withShape },
    { what: 'a missing tensor', named: name, config: text({}), weights: without },
  ];
}

/** What cannot be run is refused when it is opened, by an `InvalidModelError` (or another `ProfitError`) that names what is wrong. */
export async function checkRefusedModels(subject: BackendSubject): Promise<void> {
  const where = whereOf(subject);
  const folder = await scratchFolder(subject);
  for (const [index, { what, named, config, weights }] of (await brokenModels(subject)).entries()) {
    const directory = join(folder, String(index));
    if (config !== undefined) {
      await mkdir(directory);
      await writeFile(join(directory, 'config.json'), config);
    }
    if (weights !== undefined) {
      const tensors = [...weights].map(([name, { shape }]) => ({
        ...{ name, shape, dtype: 'F32' as const },
        data: new Float32Array(shape.reduce((product, size) => product * size, 1)),
      }));
      await writeSafetensors(join(directory, 'model.safetensors'), tensors);
    }
    const error = await refusalOf(subject, what, async () => (await openDirectory(subject, directory)).dispose());
    if (!ProfitError.isInstance(error)) {
      throw new ConformanceError(
        where,
        `${what} is refused by ${error.name}, which is no ${InvalidModelError.name}: ${error.message}`,
      );
    }
    if (!error.message.includes(named)) {
      throw new ConformanceError(where, `${what} is refused without naming ${named}: ${error.message}`);
    }
  }
}

/** `dispose` may be called again, at once or later, and while a forward pass is held; two models of one directory are two. */
export async function checkDispose(subject: BackendSubject): Promise<void> {
  const { directory } = await modelOf(subject);
  const model = await openDirectory(subject, directory);
  await withModel(subject, async (other) => {
    await model.forward(testBatch(), []);
    try {
      await Promise.all([model.dispose(), model.dispose()]);
      await model.dispose();
    } catch (cause) {
      throw new ConformanceError(whereOf(subject), `dispose a second time throws: ${(cause as Error).message}`, {
        cause,
      });
    }
    await other.score(testBatch(), []);
  });
}
