import { chartGrid, type ReportSection } from './report-section.js';
import { curveChart, explainBands } from './curves-section.js';

/** The share of tokens with a non-zero weight, and the mean probability, by step. */
export const keptSection: ReportSection = {
  id: 'kept',
  title: 'Kept tokens',
  html(data) {
    const charts = [
      ...curveChart(data, {
        title: 'Share of response tokens with a non-zero weight',
        yLabel: 'share',
        yDomain: [0, 1],
        value: (event) => (event.type === 'step' ? event.keptFraction : undefined),
      }),
      ...curveChart(data, {
        title: 'Mean probability of the reference tokens',
        yLabel: 'mean p',
        yDomain: [0, 1],
        value: (event) => (event.type === 'step' ? event.meanProb : undefined),
      }),
    ];
    return charts.length === 0 ? '' : `${explainBands(data)}${chartGrid(charts)}`;
  },
};
