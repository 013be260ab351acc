import { join, resolve } from 'node:path';
import {
  defaultSnapshotSteps,
  InterruptedError,
  type EventSink,
  type RunEvent,
  type TokenBatch,
} from '@profit-sft/core';
import { removePartials, writeDirectoryAtomically, writeFileAtomically } from '@profit-sft/durable-files';
import packageJson from '../package.json' with { type: 'json' };
import { newestCheckpoint, removeStaleCheckpoints, restoreCheckpoint, writeCheckpoint } from './checkpoint.js';
import { withMemorySettings } from './failed-step.js';
import { evaluateHeldOut } from './held-out-evaluation.js';
import { jsonLinesSink } from './json-lines-sink.js';
import { largestBatch } from './largest-batch.js';
import { learningRateAt } from './learning-rate.js';
import { takeOptimiserStep } from './optimiser-step.js';
import { claimOutputDirectory, runFiles, type ClaimedDirectory } from './output-directory.js';
import { parseTrainResult } from './parse-train-result.js';
import { planRun, type PlannedRun, type RunInputs } from './planned-run.js';
import { PreparedBatches } from './prepared-batches.js';
import { prepareRule } from './prepare-rule.js';
import { PreviousSignals } from './previous-signals.js';
import { openReferenceSignals, type ReferenceSignals } from './reference-signals.js';
import { assertSameRun } from './run-identity.js';
import { afterEvaluation, initialRunState, type RunState } from './run-state.js';
import { needsReference } from './signal-needs.js';
import { assertFiniteSignals } from './token-totals.js';
import { tracedTexts } from './traced-texts.js';
import { trainResult, type TrainResult } from './train-result.js';
import { vocabularyOf } from './vocabulary.js';
import { damagedCheckpoints, dataWarnings, newWarnings, withOpeningStep } from './warnings.js';

export interface TrainOptions extends RunInputs {
  /** Output directory: `run.json`, `events.jsonl`, `checkpoints/`, `model/`, `result.json`. */
  readonly directory: string;
  /** Continue the run that is in the directory, or start one if there is none. */
  readonly resume?: boolean;
  /** Further receivers of events; closed when the run ends, however it ends. */
  readonly sinks?: readonly EventSink[];
  /** When it aborts, the run finishes its step, writes a checkpoint and throws `InterruptedError`. */
  readonly signal?: AbortSignal;
}

/** `run.json`: what the run is, written before anything else. */
function runRecord(planned: PlannedRun): string {
  const record = {
    format: 1,
    identity: planned.identity,
    totalSteps: planned.totalSteps,
    data: planned.reports,
    versions: { node: process.version, '@profit-sft/trainer': packageJson.version },
  };
  return `${JSON.stringify(record, null, 2)}\n`;
}

/**
 * Trains a model as the configuration says and saves it. The run is determined by its inputs: one that was killed at any
 * moment and resumed ends with the same bytes as one that was not.
 *
 * @throws OutputError when the directory is not empty and `resume` is not set, or cannot be written.
 * @throws LockHeldError when another process trains in the directory.
 * @throws InvalidConfigError when a resumed run differs from the one in the directory; names the keys.
 * @throws NonFiniteError naming the step; the last checkpoint stays as it is and no model is saved.
 * @throws FailedStepError naming step and micro-batch, where something unforeseen was thrown in a step, which is its cause.
 * @throws InterruptedError after `signal` aborted and a checkpoint was written.
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const directory = resolve(options.directory);
  const { resume = false, sinks = [] } = options;
  const listening = (what: string, done: number, total: number): void => {
    for (const sink of sinks) void sink.write({ type: 'preparation', step: 0, what, done, total });
  };
  let claimed: ClaimedDirectory | undefined;
  try {
    claimed = await claimOutputDirectory(directory, resume, listening);
    return await runIn(directory, claimed, options);
  } catch (error) {
    throw withMemorySettings(error, options.config);
  } finally {
    claimed?.release();
    for (const sink of sinks) await sink.close?.();
  }
}

async function runIn(directory: string, claimed: ClaimedDirectory, options: TrainOptions): Promise<TrainResult> {
  const { config, model, tokenizer, masking, signal, sinks = [] } = options;
  const path = (name: keyof typeof runFiles): string => join(directory, runFiles[name]);
  const { content } = claimed;
  let step = 0;
  const preparation =
    (what: string) =>
    (done: number, total: number): void => {
      for (const sink of sinks) void sink.write({ type: 'preparation', step, what, done, total });
    };
  const planned = await planRun(options, preparation('tokenising the data'));
  const { totalSteps, identity, heldOut } = planned;
  const batchesOf = (step: number): readonly TokenBatch[] => planned.batchesOf(step).batches;
  const previous = masking.needs.includes('previousLogProb')
    ? new PreviousSignals(model, batchesOf, masking.snapshotSteps ?? defaultSnapshotSteps, totalSteps)
    : undefined;

  if (content.kind === 'run') {
    assertSameRun((content.record as { identity?: unknown } | null)?.identity, identity, path('record'));
    if (content.result !== undefined) {
      return { ...parseTrainResult(content.result, path('result')), model: path('model') };
    }
  }
  const { checkpoint, damaged } =
    content.kind === 'run' ? newestCheckpoint(path('checkpoints')) : { checkpoint: undefined, damaged: [] };
  let state: RunState = initialRunState;
  if (checkpoint !== undefined) {
    assertSameRun(checkpoint.record.identity, identity, join(checkpoint.directory, 'trainer.json'));
    await restoreCheckpoint(checkpoint, { model, rule: masking, previous });
    state = checkpoint.record.state;
    step = state.step;
  }

  if (content.kind === 'empty') writeFileAtomically(path('record'), runRecord(planned));
  const log = jsonLinesSink(path('events'), { length: checkpoint?.record.eventsLength ?? 0 });
  let reference: ReferenceSignals | undefined;
  try {
    removePartials(directory);

    const emitTo = async (receivers: readonly EventSink[], event: RunEvent): Promise<void> => {
      for (const receiver of receivers) await receiver.write(event);
    };
    const emit = (event: RunEvent): Promise<void> => emitTo([log, ...sinks], event);
    const secondsBefore = state.seconds;
    const startedAt = performance.now();
    const atThisMoment = (): RunState => ({
      ...state,
      seconds: secondsBefore + (performance.now() - startedAt) / 1000,
    });

    const start: RunEvent = {
      type: 'start',
      step: state.step,
      totalSteps,
      parameters: model.description.parameterCount,
      runtime: model.description.runtime,
      masking: masking.name,
      seed: config.seed,
    };
    const stepsRead = Math.min(totalSteps, planned.stepsPerEpoch);
    const memory = await model.planMemory?.(largestBatch(batchesOf, stepsRead));
    const memoryEvent: RunEvent[] = memory === undefined ? [] : [{ type: 'memory', step: state.step, ...memory }];
    if (checkpoint === undefined) {
      for (const event of [start, ...memoryEvent]) await emit(event);
      for (const warning of dataWarnings(planned.reports)) await emit({ type: 'warning', step: 0, ...warning });
    } else {
      // The log has its start already; other receivers are new to the run.
      for (const event of [start, ...memoryEvent]) await emitTo(sinks, event);
      await emit({ type: 'resume', step: state.step, directory: checkpoint.directory });
    }
    if (damaged.length > 0)
      await emit({ type: 'warning', step: state.step, ...damagedCheckpoints(damaged, state.step) });
    removeStaleCheckpoints(path('checkpoints'), checkpoint, config.keepCheckpoints);

    const { microBatchTokens } = config;
    const { packing } = config.data;
    if (options.reference !== undefined && needsReference(masking)) {
      const onProgress = preparation('scoring with the reference model');
      reference = await openReferenceSignals(options.reference, masking, {
        ...planned.all,
        microBatchTokens,
        packing,
        onProgress,
      });
    }
    const vocabulary = vocabularyOf(tokenizer, model.description);
    const sources = { model, rule: masking, reference, vocabulary };
    if (checkpoint === undefined && masking.prepare !== undefined) {
      const onProgress = preparation('scoring the training data');
      const inputs = { ...sources, examples: planned.trainExamples, microBatchTokens, packing };
      await prepareRule(inputs, { seed: config.seed, totalSteps, onProgress });
    }

    const prepared = new PreparedBatches(planned.batchesOf);
    let checkpointedStep = checkpoint === undefined ? -1 : state.step;
    let lastBatch: TokenBatch | undefined;
    /** Only weights that still give finite numbers are worth keeping: an update can be finite and ruin them. */
    const assertGoodWeights = async (): Promise<void> => {
      if (lastBatch === undefined || state.lastEvaluation?.step === state.step) return;
      assertFiniteSignals(await model.score(lastBatch, []), state.step);
    };
    const saveCheckpoint = async (): Promise<string> => {
      await assertGoodWeights();
      claimed.assertHeld();
      const saved = { model, rule: masking, previous, identity, state: atThisMoment(), eventsLength: log.flush() };
      checkpointedStep = state.step;
      return writeCheckpoint(path('checkpoints'), saved, config.keepCheckpoints);
    };
    const checkpointEvent = (written: string): RunEvent => ({
      type: 'checkpoint',
      step: state.step,
      directory: written,
    });

    for (;;) {
      const isLast = state.step === totalSteps;
      const { evaluationSteps = totalSteps, checkpointSteps } = config;
      const evaluationDue = state.step === 0 || isLast || state.step % evaluationSteps === 0;
      if (heldOut !== undefined && evaluationDue && state.lastEvaluation?.step !== state.step) {
        const { seed, tracedExamples } = config;
        const result = await evaluateHeldOut({
          ...sources,
          ...heldOut,
          seed,
          step: state.step,
          totalSteps,
          traced: tracedExamples,
          signal,
        });
        if (result !== undefined) {
          const { means, counts, traced } = result;
          const { step, firstEvaluation } = state;
          state = afterEvaluation(state, { step, ...means }, config.earlyStopping?.minimumImprovement ?? 0);
          await emit({ type: 'evaluation', step, ...means, ...counts });
          if (traced.length > 0) {
            // A log has the texts once: with its first evaluation.
            const examples = traced.map((example, index) => ({
              ...(firstEvaluation === undefined ? tracedTexts(heldOut.examples[index], tokenizer) : {}),
              ...example,
            }));
            await emit({ type: 'tokens', step, examples });
          }
        }
      }
      if (checkpointSteps !== undefined && state.step > 0 && state.step % checkpointSteps === 0) {
        const written = checkpointedStep === state.step ? checkpoint?.directory : await saveCheckpoint();
        await emit(checkpointEvent(written ?? path('checkpoints')));
      }
      if (signal?.aborted === true) {
        if (checkpointedStep !== state.step) await emit(checkpointEvent(await saveCheckpoint()));
        await emit({ type: 'end', step: state.step, status: 'interrupted' });
        throw new InterruptedError(
          `stopped after step ${state.step} of ${totalSteps}; a checkpoint is in ${path('checkpoints')}. Resume to continue.`,
        );
      }
      const { patience = Infinity } = config.earlyStopping ?? {};
      const stopEarly = !isLast && state.evaluationsWithoutImprovement >= patience;
      if (isLast || stopEarly) {
        await assertGoodWeights();
        return await finish(stopEarly ? 'early-stopped' : 'completed');
      }
      await takeStep(state.step + 1);
    }

    async function takeStep(step: number): Promise<void> {
      const stepStartedAt = performance.now();
      // The snapshot asks for later batches, so it comes before this step's own.
      const before = await previous?.of(step);
      const { batches, examples, epoch } = prepared.of(step);
      if (step < totalSteps) prepared.prepare(step + 1);
      const learningRate = learningRateAt(step, totalSteps, config);
      const inputs = { ...sources, config, batches, examples, previous: before, step, totalSteps, learningRate };
      const taken = await takeOptimiserStep(inputs);
      lastBatch = batches[0];
      state = withOpeningStep(
        {
          ...state,
          step,
          skippedSteps: state.skippedSteps + (taken.gradientNorm === null ? 1 : 0),
          tokens: state.tokens + taken.tokens,
          scoredTokens: state.scoredTokens + taken.scoredTokens,
          keptTokens: state.keptTokens + Math.round(taken.keptFraction * taken.scoredTokens),
          trainNllFirst: state.trainNllFirst ?? taken.meanNll,
          trainNllLast: taken.meanNll,
        },
        { step, ...taken },
      );
      claimed.assertHeld();
      await emit({ type: 'step', step, epoch, ...taken, seconds: (performance.now() - stepStartedAt) / 1000 });
      for (const warning of newWarnings(state, { ...taken, step }, totalSteps)) {
        state = { ...state, warned: [...state.warned, warning.code] };
        await emit({ type: 'warning', step, ...warning });
      }
    }

    async function finish(status: TrainResult['status']): Promise<TrainResult> {
      claimed.assertHeld();
      await writeDirectoryAtomically(path('model'), async (partial) => {
        await model.save(partial);
        await tokenizer.save(partial);
      });
      const { name, normaliser } = masking;
      const facts = { status, totalSteps, model: path('model'), masking: { name, normaliser }, data: planned.reports };
      const result = trainResult(atThisMoment(), facts);
      await emit({ type: 'end', step: state.step, status });
      log.flush();
      writeFileAtomically(path('result'), `${JSON.stringify(result, null, 2)}\n`);
      return result;
    }
  } finally {
    log.close();
    await reference?.close();
  }
}
