/** `count` different private-use characters that occur in none of the texts. */
export function unusedCharacters(count: number, texts: readonly string[]): string[] {
  const found: string[] = [];
  for (let code = 0xe000; code <= 0xf8ff && found.length < count; code++) {
    const character = String.fromCharCode(code);
    if (!texts.some((text) => text.includes(character))) found.push(character);
  }
  if (found.length < count) throw new Error('the text uses every private-use character');
  return found;
}
