import { escapeHtml } from './escape.js';
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
  const script = sections.some(({ html }) => html.includes('data-token-view'))
    ? `<script>\n${tokenViewScript}</script>\n`
    : '';
  return `<!doctype html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<header class="page">
<h1>${escapeHtml(title)}</h1>
${subtitle === undefined ? '' : `<p class="quiet">${escapeHtml(subtitle)}</p>\n`}</header>
<main>
${body}
</main>
<footer class="page">${footer === undefined ? '' : escapeHtml(footer)}</footer>
${script}</body>
</html>
`;
}
