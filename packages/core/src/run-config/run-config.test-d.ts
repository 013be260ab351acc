import { expectTypeOf, test } from 'vitest';
import type { RunConfig, RunConfigInput } from './run-config.js';

test('the smallest configuration, written in TypeScript', () => {
  const smallest = {
    model: 'DIR',
    data: { train: 'train.jsonl', eval: 'eval.jsonl' },
    masking: { name: 'profit', threshold: 0.1 },
    epochs: 1,
    batchSize: 8,
    learningRate: 0.001,
    seed: 1,
  } satisfies RunConfigInput;
  expectTypeOf(smallest).toExtend<RunConfigInput>();
  expectTypeOf<{ model: string; data: { train: string } }>().toExtend<RunConfigInput>();
  expectTypeOf<{ model: string }>().not.toExtend<RunConfigInput>();
});

test('wrong keys and values are compile errors', () => {
  // @ts-expect-error -- a misspelt key
  const misspelt: RunConfigInput = { model: 'DIR', data: { train: 'a' }, batchsize: 8 };
  // @ts-expect-error -- a misspelt key inside data
  const inside: RunConfigInput = { model: 'DIR', data: { train: 'a', maxLenght: 8 } };
  // @ts-expect-error -- a schedule that does not exist
  const value: RunConfigInput = { model: 'DIR', data: { train: 'a' }, schedule: 'step' };
  void [misspelt, inside, value];
});

test('what defaults fill is there after parsing', () => {
  expectTypeOf<RunConfig['batchSize']>().toEqualTypeOf<number>();
  expectTypeOf<RunConfig['optimizer']['beta1']>().toEqualTypeOf<number>();
  expectTypeOf<RunConfig['plugins']>().toEqualTypeOf<string[]>();
  expectTypeOf<RunConfig['checkpointSteps']>().toEqualTypeOf<number | undefined>();
});
