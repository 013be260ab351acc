import { curvesSection } from './sections/curves-section.js';
import { differencesSection } from './sections/differences-section.js';
import { environmentSection } from './sections/environment-section.js';
import { failuresSection } from './sections/failures-section.js';
import { itemsSection } from './sections/items-section.js';
import { keptSection } from './sections/kept-section.js';
import { probabilitiesSection } from './sections/probabilities-section.js';
import type { ReportSection } from './sections/report-section.js';
import { resultsSection } from './sections/results-section.js';
import { runsSection } from './sections/runs-section.js';
import { sweepSection } from './sections/sweep-section.js';
import { tokensSection } from './sections/tokens-section.js';
import type { ReportData } from './report-data.js';

/** In the order of the page. */
const sections: readonly ReportSection[] = [
  resultsSection,
  differencesSection,
  sweepSection,
  runsSection,
  curvesSection,
  keptSection,
  probabilitiesSection,
  itemsSection,
  tokensSection,
  failuresSection,
  environmentSection,
];

export interface RenderedSection {
  readonly id: string;
  readonly title: string;
  /** A fragment of HTML; empty where the data has nothing for the section. */
  readonly html: string;
}

/** The parts of a report, also those that are empty, in the order of the page. */
export function reportSections(data: ReportData): RenderedSection[] {
  return sections.map((section) => ({ id: section.id, title: section.title, html: section.html(data) }));
}
