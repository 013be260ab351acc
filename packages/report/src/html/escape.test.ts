import { expect, test } from 'vitest';
import { embedJson, escapeHtml } from './escape.js';

test('escapeHtml leaves nothing that opens a tag, an entity or an attribute', () => {
  expect(escapeHtml(`<a href="x" title='y'>&amp;`)).toBe('&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;');
});

test('escapeHtml replaces what XML forbids and keeps what it allows', () => {
  expect(escapeHtml('\u0000\u0008\uD800 \uFFFF')).toBe('\uFFFD\uFFFD\uFFFD \uFFFD');
  expect(escapeHtml('\t\n\r é 日 🙂')).toBe('\t\n\r é 日 🙂');
});

test('embedJson round-trips and cannot end a script element', () => {
  const value = { text: '</script><!-- \u2028 & <script>', list: [1, null, '\uD800'] };
  const embedded = embedJson(value);
  expect(embedded).not.toMatch(/[<>&\u2028\u2029]/);
  expect(JSON.parse(embedded)).toEqual(value);
});
