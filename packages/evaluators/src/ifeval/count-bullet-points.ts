import { isWhitespace } from './python-text.js';

function countLineStarts(text: string, isBullet: (position: number) => number | undefined): number {
  let count = 0;
  for (let start = 0; start <= text.length;) {
    let position = start;
    while (position < text.length && isWhitespace(text[position])) position++;
    const content = isBullet(position);
    if (content === undefined) {
      // Every line that begins in the white space just skipped leads to the same character.
      const end = text.indexOf('\n', position);
      if (end < 0) break;
      start = end + 1;
      continue;
    }
    count++;
    const end = text.indexOf('\n', content);
    if (end < 0) break;
    // An empty rest of the line ends at its line feed, where the next line of the pattern may begin.
    start = text[end - 1] === '\n' ? end : end + 1;
  }
  return count;
}

/**
 * Bullet points of Markdown: what the official checker finds by `^\s*\*[^\*].*$` and `^\s*-.*$`, in linear time. White space
 * before a bullet may span lines, and an asterisk alone on its line takes the next line as its text.
 */
export function countBulletPoints(text: string): number {
  const asterisks = countLineStarts(text, (position) =>
    text[position] === '*' && position + 1 < text.length && text[position + 1] !== '*' ? position + 2 : undefined,
  );
  return asterisks + countLineStarts(text, (position) => (text[position] === '-' ? position + 1 : undefined));
}
