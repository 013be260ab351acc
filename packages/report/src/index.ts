export { embedJson, escapeHtml } from './html/escape.js';
export { page, type PageOptions, type PageSection } from './html/page.js';
export { histogram, type HistogramOptions } from './charts/histogram.js';
export { lineChart, type LineChartOptions, type Series } from './charts/line-chart.js';
export { movingAverage, type Point } from './charts/points.js';
export { summaryTable, type TableCell, type TableColumn } from './tables/summary-table.js';
export {
  tokenView,
  type TokenViewMasking,
  type TokenViewOptions,
  type TokenViewRow,
  type TokenViewToken,
} from './tokens/token-view.js';
export { tokenViewPage, type TokenViewPageOptions } from './tokens/token-view-page.js';
export type { ReportData, ReportMetric, ReportRun, ReportTable, RunLabels, RunStatus } from './report/report-data.js';
export { reportPage, type ReportPageOptions } from './report/report-page.js';
export { reportSections, type RenderedSection } from './report/report-sections.js';
