import { headingAnchor } from '../docs/heading-anchors.js';

/** What a page that is written by hand says of one plugin. */
export interface GuideExcerpt {
  /** Anchor of the section that it is in. */
  readonly anchor: string;
  readonly section: string;
  /** Markdown: rows of a table with its head, items of a list, or a whole section. */
  readonly text: string;
}

function cells(line: string): string[] {
  return line.split(/(?<!\\)\|/).map((cell) => cell.trim());
}

/** The row of a plugin with the rows that go on with it, under the head of its table. Tables of options are on the plugin's page anyway. */
function tableRows(lines: readonly string[], name: string): string[] {
  const at = lines.findIndex((line) => line.startsWith('|') && cells(line)[1].includes(`\`${name}\``));
  if (at < 0) return [];
  let end = at + 1;
  while (lines[end]?.startsWith('|') && cells(lines[end])[1] === '') end++;
  let head = at;
  while (lines[head - 1]?.startsWith('|')) head--;
  if (cells(lines[head])[1] === 'plugin') return [];
  return [lines[head], lines[head + 1], ...lines.slice(at, end)];
}

/** The item of a list that starts with the plugin's name. */
function listItem(lines: readonly string[], name: string): string[] {
  const at = lines.findIndex((line) => new RegExp(`^- \`${name}\`(:| with )`).test(line));
  if (at < 0) return [];
  const rest = lines.slice(at + 1);
  const end = rest.findIndex((line) => !line.startsWith('  '));
  return [lines[at], ...rest.slice(0, end < 0 ? undefined : end)];
}

/** What the sections of a page say of a plugin, in the page's order. */
export function guideExcerpts(page: string, name: string): GuideExcerpt[] {
  return page.split(/^(?=##+ )/m).flatMap((part) => {
    const [heading, ...lines] = part.split('\n');
    const title = /^##+ (.*)$/.exec(heading)?.[1];
    if (title === undefined) return [];
    const place = { anchor: headingAnchor(title), section: title.replaceAll('`', '') };
    if (title === `\`${name}\``) return [{ ...place, text: lines.join('\n').trim() }];
    return [tableRows(lines, name), listItem(lines, name)]
      .filter((found) => found.length > 0)
      .map((found) => ({ ...place, text: found.join('\n') }));
  });
}
