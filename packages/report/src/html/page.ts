import { escapeHtml } from './escape.js';
import { htmlDocument } from './html-document.js';
import { style } from './style.js';
import { tokenViewScript } from '../tokens/token-view-script.js';

export interface PageSection {
  readonly title?: string;
  /** An HTML fragment, put in as it is: from this package's functions, or text passed through `escapeHtml`. */
  readonly html: string;
}

export interface PageOptions {
  readonly title: string;
  /** One line below the title. */
  readonly subtitle?: string;
  readonly sections: readonly PageSection[];
  /** Plain text at the end, e.g. the command that made the page. */
  readonly footer?: string;
  /** BCP 47 tag of the page's language. Default `en`. */
  readonly language?: string;
}

/**
 * A complete HTML document in one file. It loads nothing: a content security policy of its own forbids every request.
 */
export function page(options: PageOptions): string {
  const { title, subtitle, sections, footer, language = 'en' } = options;
  const body = sections
    .map(({ title: heading, html }) => {
      const top = heading === undefined ? '' : `<h2>${escapeHtml(heading)}</h2>\n`;
      return `<section>\n${top}${html}\n</section>`;
    })
    .join('\n');
  return htmlDocument({
    title,
    language,
    styles: style,
    script: sections.some(({ html }) => html.includes('data-token-view')) ? tokenViewScript : '',
    body: `<header class="page">
<h1>${escapeHtml(title)}</h1>
${subtitle === undefined ? '' : `<p class="quiet">${escapeHtml(subtitle)}</p>\n`}</header>
<main>
${body}
</main>
<footer class="page">${footer === undefined ? '' : escapeHtml(footer)}</footer>`,
  });
}
