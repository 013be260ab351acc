import { forestPlot } from '../../charts/forest-plot.js';
import { shownP } from '../../html/numbers.js';
import { groupTitle } from '../groups.js';
import { chartGrid, type ReportSection } from './report-section.js';

/** A forest plot for each metric that is compared with a baseline. */
export const differencesSection: ReportSection = {
  id: 'differences',
  title: 'Differences from the baseline',
  html({ table }) {
    if (table === undefined) return '';
    const charts = table.metrics.flatMap((metric) => {
      const rows = table.rows.flatMap(({ labels, metrics }) => {
        const difference = metrics[metric]?.difference;
        if (difference === undefined) return [];
        const { mean, lower, upper, correctedP } = difference;
        const p = shownP(correctedP);
        return [
          { name: groupTitle(labels), value: mean, lower, upper, remark: `p ${p.startsWith('<') ? p : `= ${p}`}` },
        ];
      });
      if (rows.length === 0) return [];
      return [forestPlot({ title: metric, xLabel: `difference of ${metric}, 95 % interval`, rows })];
    });
    return chartGrid(charts);
  },
};
