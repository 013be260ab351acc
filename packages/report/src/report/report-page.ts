import { escapeHtml } from '../html/escape.js';
import { htmlDocument } from '../html/html-document.js';
import { style } from '../html/style.js';
import type { ReportData } from './report-data.js';
import { reportSections } from './report-sections.js';
import { reportStyle } from './report-style.js';
import { itemsScript } from './scripts/items-script.js';
import { liveScript } from './scripts/live-script.js';
import { setUpScript } from './scripts/set-up-script.js';
import { tokenHeatMapScript } from './scripts/token-heat-map-script.js';

export interface ReportPageOptions {
  /** Plain text at the end, e.g. the command that made the page. */
  readonly footer?: string;
  /**
   * For a server that shows runs as they go: the page asks it for sections whose hash changed (see `liveScript`), and has a place for those
   * that are still empty. Without it the page loads nothing.
   */
  readonly live?: { hash(html: string): string };
}

/** Runs and what came of them as one self-contained HTML document. */
export function reportPage(data: ReportData, { footer = '', live }: ReportPageOptions = {}): string {
  const sections = reportSections(data).filter(({ html }) => live !== undefined || html !== '');
  const hidden = (html: string): string => (html === '' ? ' hidden' : '');
  const links = sections.map(({ id, title, html }) => `<li${hidden(html)}><a href="#${id}">${title}</a></li>`);
  const hashed = (html: string): string => (live === undefined ? '' : ` data-hash="${live.hash(html)}"`);
  const parts = sections.map(
    ({ id, title, html }) =>
      `<section id="${id}" aria-labelledby="${id}-title"${hashed(html)}${hidden(html)}>\n<h2 id="${id}-title">${title}</h2>\n<div class="section-body">${html}</div>\n</section>`,
  );
  const state = live !== undefined ? ' <span class="live" id="live-state" role="status">live</span>' : '';
  return htmlDocument({
    title: data.title,
    styles: style + reportStyle,
    mayConnect: live !== undefined,
    script: `'use strict';\n${itemsScript}${tokenHeatMapScript}${setUpScript}${live === undefined ? '' : liveScript}`,
    body: `<a class="skip" href="#content">Skip to the content</a>
<header class="page">
<h1>${escapeHtml(data.title)}${state}</h1>
<p class="quiet">${escapeHtml(data.subtitle)}</p>
</header>
<nav class="sections" aria-label="Sections"><ul>
${links.join('\n')}
</ul></nav>
<main id="content" tabindex="-1">
${parts.join('\n')}
</main>
<footer class="page">${escapeHtml(footer)}</footer>`,
  }).replace('<body>', '<body class="report">');
}
