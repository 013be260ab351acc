/** The content of the braces that open at `start`, and where they end; `undefined` if they do not close. */
export function balancedBraces(text: string, start: number): { content: string; end: number } | undefined {
  if (text[start] !== '{') return undefined;
  let depth = 0;
  for (let index = start; index < text.length; index++) {
    const character = text[index];
    if (character === '\\') index += 1;
    else if (character === '{') depth += 1;
    else if (character === '}') {
      depth -= 1;
      if (depth === 0) return { content: text.slice(start + 1, index), end: index + 1 };
    }
  }
  return undefined;
}

/** Replaces `\name{content}` by what `replacement` makes of the content, from left to right, nested ones included. */
export function replaceCommand(latex: string, name: RegExp, replacement: (content: string) => string): string {
  const command = new RegExp(String.raw`\\(?:${name.source})\s*(?=\{)`, 'gu');
  let result = '';
  let position = 0;
  for (let match = command.exec(latex); match !== null; match = command.exec(latex)) {
    const braces = balancedBraces(latex, command.lastIndex);
    if (braces === undefined) break;
    result += latex.slice(position, match.index) + replacement(replaceCommand(braces.content, name, replacement));
    position = braces.end;
    command.lastIndex = braces.end;
  }
  return result + latex.slice(position);
}
