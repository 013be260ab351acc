/** What follows the last `####` on its line, as GSM8K ends its solutions. */
export function markedAnswer(text: string): string | undefined {
  const marker = text.lastIndexOf('####');
  if (marker === -1) return undefined;
  const [line] = text.slice(marker + 4).split('\n', 1);
  return line.trim() === '' ? undefined : line.trim();
}
