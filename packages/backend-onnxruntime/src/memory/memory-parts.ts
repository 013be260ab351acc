import { availableParallelism } from 'node:os';
import type { BatchShape, MemoryPlan } from '@profit-sft/core';
import type { Program } from '@profit-sft/graph';
import {
  headPrograms,
  headSlicePrograms,
  layerParts,
  adaptedMaps,
  type AdaptedConfig,
  type LayerParts,
} from '@profit-sft/models';
import type { PassBudget } from '@profit-sft/engine';
import { AttentionBlocks } from '../engine/attention-blocks.js';
import { headSliceSize, slicesOf } from '../engine/head-slice-size.js';
import { keptProducts, projectionWidths } from './kept-products.js';
import { threadedSize } from '../optimizer/adamw.js';
import type { ParameterMemory } from './parameter-memory.js';
import { outputBytes, programMemory } from './program-memory.js';

type Parts = MemoryPlan['parts'];

const mebibyte = 2 ** 20;
/** Node.js, ONNX Runtime and its sessions (measured), and a worker of the optimiser for each core. */
const programBytes = 100 * mebibyte;
const workerBytes = 10 * mebibyte;
/** V8 collects the arrays into which ONNX Runtime copies outputs when there are this many bytes of them. */
const uncollectedBytes = 32 * mebibyte;
/**
 * What the allocator holds between pieces in use once values of all sizes have come and gone: measured, 70 to 150 MiB. Near the
 * upper end, since a limit has to hold.
 */
const fragmentedBytes = 140 * mebibyte;

/** A program with the sizes for which it runs. */
interface Run {
  readonly program: Program;
  readonly symbols: Readonly<Record<string, number>>;
}

interface Programs {
  readonly layer: LayerParts;
  readonly signals: Program;
  readonly slice: Program;
}

const programsOf = new WeakMap<AdaptedConfig, Programs>();

/** Made once: building a layer's gradients takes longer than planning with them. */
function programs(config: AdaptedConfig): Programs {
  let made = programsOf.get(config);
  if (made === undefined) {
    made = {
      layer: layerParts(config).programs,
      signals: headPrograms(config).signals({ signals: [], topK: 1, logProbs: false }),
      slice: headSlicePrograms(config).backward,
    };
    programsOf.set(config, made);
  }
  return made;
}

/** The programs of a training step whose values are largest. */
function runs(config: AdaptedConfig, batch: BatchShape, budget: PassBudget): { layers: Run[]; head: Run[] } {
  const tokens = batch.rows * batch.columns;
  const { layer, signals, slice: sliceProgram } = programs(config);
  const segments = new Int32Array(tokens).fill(1);
  const blocks = new AttentionBlocks({ ...batch, segments }, config.attentionHeads).all;
  const { rows, queries, keys } = blocks.reduce((a, b) => (b.queries * b.keys > a.queries * a.keys ? b : a));
  const layers: Run[] = [
    ...(['project', 'finish', 'finishBackward', 'projectBackward'] as const).map((name) => ({
      program: layer[name],
      symbols: { tokens },
    })),
    ...(['attend', 'attendBackward'] as const).map((name) => ({
      program: layer[name],
      symbols: { rows, queries, keys },
    })),
  ];
  const { scored } = batch;
  const chunk = Math.max(1, Math.floor(budget.headChunkBytes / (4 * config.vocabularySize)));
  const [{ ids: slice }] = slicesOf(config.vocabularySize, scored, headSliceSize(budget.headChunkBytes));
  const head: Run[] = [
    {
      program: signals,
      symbols: { rows: Math.min(scored, chunk) },
    },
    { program: sliceProgram, symbols: { rows: scored, slice } },
  ];
  return { layers, head };
}

function largest(values: readonly number[]): number {
  return Math.max(0, ...values);
}

/** What a training step of such a batch takes in the process of the CPU engine, in bytes. */
export function memoryParts(
  config: AdaptedConfig,
  batch: BatchShape,
  budget: PassBudget,
  { weightBytes, trained, expandedBytes }: ParameterMemory,
): Parts {
  const { layers, hiddenSize, headSize } = config;
  const tokens = batch.rows * batch.columns;
  const { queries, keys, values, context } = projectionWidths(config);
  const kept = keptProducts(config, tokens, budget.activationBytes);
  const recomputed = kept.first > 0 ? queries + keys + values + context : 0;
  const gradients = 3 * hiddenSize + context + queries + keys + values;
  const tables = 2 * headSize;
  const run = runs(config, batch, budget);
  const ofPrograms = (own: readonly Run[]): number =>
    largest(own.map(({ program, symbols }) => programMemory(program, symbols)));
  const outputs = largest([...run.layers, ...run.head].map(({ program, symbols }) => outputBytes(program, symbols)));
  const logProbs = 4 * batch.scored * config.vocabularySize;
  const headChunk = ofPrograms(run.head);
  const { adapters } = config;
  const masks = (adapters?.dropout ?? 0) === 0 ? 0 : adaptedMaps(config).reduce((sum, { input }) => sum + input, 0);
  const workers = trained < threadedSize ? 0 : availableParallelism() * workerBytes;
  return [
    { name: 'program', bytes: programBytes + workers },
    { name: 'weights', bytes: weightBytes },
    { name: 'expanded weights', bytes: expandedBytes },
    { name: 'gradients', bytes: 4 * trained },
    { name: 'moments', bytes: 8 * trained },
    { name: 'layer inputs', bytes: 4 * (layers * tokens + batch.scored) * hiddenSize },
    { name: 'kept products', bytes: kept.bytes },
    {
      name: 'a layer at work',
      bytes: 4 * tokens * (recomputed + gradients + tables) + Math.max(0, ofPrograms(run.layers) - headChunk),
    },
    { name: 'dropout masks', bytes: 4 * tokens * masks },
    { name: 'head chunk', bytes: headChunk },
    { name: 'kept log-probabilities', bytes: logProbs <= budget.logProbBytes ? logProbs : 0 },
    {
      name: 'copies and freed memory',
      bytes: outputs + Math.min(uncollectedBytes, layers * outputs) + Math.min(fragmentedBytes, weightBytes),
    },
  ].filter(({ bytes }) => bytes > 0);
}

export function totalBytes(parts: Parts): number {
  return parts.reduce((sum, { bytes }) => sum + bytes, 0);
}
