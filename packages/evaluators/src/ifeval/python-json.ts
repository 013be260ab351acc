/** The position after the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let position = start + 1; position < text.length; position++) {
    if (text[position] === '\\') position++;
    else if (text[position] === '"') return position + 1;
  }
  return text.length;
}

/** Puts a number where, outside of strings, `NaN` or `Infinity` stands. */
function withoutNonFiniteNumbers(text: string): string {
  const parts: string[] = [];
  for (let start = 0; start < text.length;) {
    const quote = text.indexOf('"', start);
    const end = quote < 0 ? text.length : quote;
    parts.push(text.slice(start, end).replace(/NaN|Infinity/g, '0'));
    if (quote < 0) break;
    start = endOfString(text, quote);
    parts.push(text.slice(quote, start));
  }
  return parts.join('');
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether Python's `json.loads` takes the text: JSON, and the numbers `NaN`, `Infinity` and `-Infinity`. */
export function isPythonJson(text: string): boolean {
  return isJson(text) || (/NaN|Infinity/.test(text) && isJson(withoutNonFiniteNumbers(text)));
}
