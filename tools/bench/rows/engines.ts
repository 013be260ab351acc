import { sft } from '@profit-sft/masking';
import type { EngineModel } from '@profit-sft/engine';
import { list } from '../measured-step.js';
import { median } from '../median.js';
import { defaultOptions, randomBatch, randomModel } from '../random-model.js';
import { randomTfjsModel } from '../random-tfjs-model.js';
import type { Row, RowGroup } from '../row.js';
import { measuredShapes } from '../shapes.js';
import { trainingStep } from '../training-step.js';

/** Few: a step of TensorFlow.js takes seconds. */
const runs = 3;
const { config, rows, columns } = measuredShapes['15m'];

/** Whole training steps of the same batch on two engines, one after the other; how many times as fast the first one is. */
async function compared(
  what: string,
  [faster, slower]: readonly [EngineModel, EngineModel],
  size: { readonly rows: number; readonly columns: number },
  asked: number,
): Promise<Row> {
  const batch = randomBatch(config, size.rows, size.columns);
  const models = [faster, slower];
  for (const model of models) await trainingStep(model, batch, sft());
  const seconds: number[][] = [[], []];
  const ratios: number[] = [];
  for (let i = 0; i < runs; i++) {
    for (const [engine, model] of models.entries()) seconds[engine].push(await trainingStep(model, batch, sft()));
    ratios.push(seconds[1][i] / seconds[0][i]);
  }
  const rate = (times: readonly number[]): string => ((size.rows * size.columns) / median(times)).toPrecision(3);
  return {
    what,
    measured: median(ratios),
    asked: { atLeast: asked },
    detail: `${rate(seconds[0])} and ${rate(seconds[1])} tokens/s; ratios ${list(ratios)}`,
  };
}

/** The engines against each other, each with its defaults: ONNX Runtime with all cores, TensorFlow.js with the one that it uses. */
export const engineRows: RowGroup = {
  name: 'engines',
  title: 'training steps of onnxruntime, tfjs wasm and tfjs cpu, 15M shape, vocabulary 32,000',
  async measure() {
    const onnxruntime = randomModel(config, defaultOptions);
    const wasm = await randomTfjsModel(config, 'wasm');
    const first = await compared(
      `onnxruntime / tfjs wasm, ${measuredShapes['15m'].label}`,
      [onnxruntime, wasm],
      { rows, columns },
      6,
    );
    await onnxruntime.dispose();
    const cpu = await randomTfjsModel(config, 'cpu');
    // Plain JavaScript would take minutes for the whole batch.
    const small = { rows: 1, columns: 64 };
    const second = await compared(
      'tfjs wasm / tfjs cpu, 15M shape, vocabulary 32,000, 1 × 64 tokens',
      [wasm, cpu],
      small,
      3,
    );
    await wasm.dispose();
    await cpu.dispose();
    return [first, second];
  },
};
