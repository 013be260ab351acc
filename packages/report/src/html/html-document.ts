import { escapeHtml } from './escape.js';

export interface DocumentOptions {
  readonly title: string;
  /** BCP 47 tag of the page's language. Default `en`. */
  readonly language?: string;
  readonly styles: string;
  /** What is in the body, as HTML. */
  readonly body: string;
  /** JavaScript at the end of the body; empty for none. */
  readonly script: string;
  /** Whether the page may talk to the server that it came from, and to nothing else. Default: it may load nothing. */
  readonly mayConnect?: boolean;
}

/** A complete HTML document in one file, with a content security policy of its own. */
export function htmlDocument(options: DocumentOptions): string {
  const { title, language = 'en', styles, body, script, mayConnect = false } = options;
  const connections = mayConnect ? "; img-src data:; connect-src 'self'" : '';
  // Browsers ask a server for an icon unless they are told of one.
  const icon = mayConnect ? '\n<link rel="icon" href="data:,">' : '';
  return `<!doctype html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'${connections}">
<meta name="viewport" content="width=device-width, initial-scale=1">${icon}
<title>${escapeHtml(title)}</title>
<style>${styles}</style>
</head>
<body>
${body}
${script === '' ? '' : `<script>\n${script}</script>\n`}</body>
</html>
`;
}
