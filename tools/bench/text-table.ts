/** Columns of equal width for a terminal; cells may hold several lines. */
export function textTable(headings: readonly string[], rows: readonly (readonly string[])[], widest: number): string {
  const wrapped = [headings, ...rows].map((row) => row.map((cell) => wrap(cell, widest)));
  const widths = headings.map((_, column) => Math.max(...wrapped.flatMap((row) => row[column].map((l) => l.length))));
  const lines = wrapped.map((row) => {
    const height = Math.max(...row.map((cell) => cell.length));
    return Array.from({ length: height }, (_, line) =>
      row
        .map((cell, column) => (cell[line] ?? '').padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    ).join('\n');
  });
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

function wrap(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1];
    if (last === '') lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
