import type { RowGroup } from '../row.js';
import { engineRows } from './engines.js';
import { generationListRows } from './generation-list.js';
import { generationRows } from './generation.js';
import { headRows } from './head.js';
import { loraRows } from './lora.js';
import { memoryRows } from './memory.js';
import { pyTorchRows } from './pytorch.js';
import { rateRows } from './rate.js';
import { weighingRows } from './weighing.js';

/** Everything that `npm run bench` measures, in the order of its table. */
export const rowGroups: readonly RowGroup[] = [
  rateRows('rate', 'smollm2', 0.85),
  rateRows('rate-qwen3', 'qwen3', 0.8),
  headRows('head', '15m', 0.5, 1.6),
  headRows('head-all', '15m', 1, 'most of the limit'),
  headRows('head-qwen3', 'qwen3', 0.5, 1.25),
  memoryRows('memory', 'smollm2', 1.15),
  memoryRows('memory-qwen3', 'qwen3', 1.15),
  loraRows('lora', 'smollm2'),
  weighingRows,
  generationRows,
  generationListRows,
  engineRows,
  pyTorchRows('pytorch-smollm2', 'smollm2', 7),
  pyTorchRows('pytorch-15m', '15m', 11),
  pyTorchRows('pytorch-qwen3', 'qwen3', 5),
];
