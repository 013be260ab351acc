import type { RunEvent, StepEvent } from '@profit-sft/core';
import {
  escapeHtml,
  lineChart,
  movingAverage,
  page,
  summaryTable,
  tokenView,
  type Point,
  type Series,
  type TokenViewRow,
} from '@profit-sft/report';
import { comparison, type Compared } from './comparison.js';
import { heldOutProblems, threshold, trainProblems } from './settings.js';

export type ShownReference = TokenViewRow;

const window = 8;

function stepsOf(events: readonly RunEvent[]): StepEvent[] {
  return events.filter((event) => event.type === 'step');
}

function seriesOf(
  models: readonly Compared[],
  points: (events: readonly RunEvent[]) => Point[],
  dots = false,
): Series[] {
  return models.flatMap(({ name, tuning }) =>
    tuning === undefined ? [] : [{ name, points: points(tuning.events), ...(dots ? { dots } : {}) }],
  );
}

function samples({ name, evaluation }: Compared): string {
  const rows = evaluation.samples.map(({ prompt, text, correct }) => [prompt, text, correct ? 'right' : 'wrong']);
  return summaryTable([{ title: 'problem' }, { title: 'solution' }, { title: '' }], rows, { caption: name });
}

/** The comparison as one self-contained HTML page. */
export function reportPage(models: readonly Compared[]): string {
  const table = comparison(models);
  const ofSteps = (value: (step: StepEvent) => number, smooth: boolean) => (events: readonly RunEvent[]) => {
    const points = stepsOf(events).map((step): Point => [step.step, value(step)]);
    return smooth ? movingAverage(points, window) : points;
  };
  const heldOutNll = (events: readonly RunEvent[]): Point[] =>
    events.flatMap((event) => (event.type === 'evaluation' ? [[event.step, event.meanNll] as const] : []));
  const smoothed = `mean of ${window} steps`;
  const [base, ...tuned] = models;
  return page({
    title: 'Word problems: sft and profit compared',
    subtitle: `The same base model, fine-tuned once over the same ${trainProblems} problems in the same order; ${heldOutProblems} held-out problems. profit trains on tokens with p > ${threshold}.`,
    sections: [
      {
        title: 'What came out',
        html:
          summaryTable(table.columns, table.rows) +
          `<p class="quiet">${escapeHtml(
            'Accuracy: the answer of a greedily generated solution equals that of the problem. Interval: Wilson score interval over the held-out problems; it does not cover what another seed would change. Held-out NLL: all tokens of one reference per problem, wording included, in nats per token.',
          )}</p>`,
      },
      {
        title: 'Loss',
        html:
          lineChart({
            title: `Training NLL of all response tokens (${smoothed})`,
            series: seriesOf(
              models,
              ofSteps((step) => step.meanNll, true),
            ),
            xLabel: 'step',
            yLabel: 'nats per token',
          }) +
          lineChart({
            title: `Objective of the rule (${smoothed})`,
            series: seriesOf(
              models,
              ofSteps((step) => step.objective, true),
            ),
            xLabel: 'step',
            yLabel: 'nats per token',
          }) +
          lineChart({
            title: 'Held-out NLL of all response tokens',
            series: seriesOf(models, heldOutNll, true),
            xLabel: 'step',
            yLabel: 'nats per token',
          }),
      },
      {
        title: 'Tokens kept',
        html: lineChart({
          title: 'Share of response tokens that a step trains on',
          series: seriesOf(
            models,
            ofSteps((step) => step.keptFraction, false),
          ),
          xLabel: 'step',
          yLabel: 'share',
          yDomain: [0, 1],
        }),
      },
      ...[base, ...tuned].map(({ name, evaluation }) => ({
        title: `Probabilities of held-out references: ${name}`,
        html: tokenView({ rule: 'profit', threshold, view: 'high', rows: evaluation.references }),
      })),
      { title: 'Generated solutions', html: models.map(samples).join('\n') },
    ],
    footer: 'Made by: npm run demo',
  });
}
