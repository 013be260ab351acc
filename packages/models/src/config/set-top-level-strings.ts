/**
 * Sets string values of keys at the top level of a JSON object's text and leaves every other byte as it is. Keys that
 * the object does not have are added at its start. `text` must be valid JSON that holds an object.
 */
export function setTopLevelStrings(text: string, values: ReadonlyMap<string, string>): string {
  const missing = new Map(values);
  let result = '';
  let copied = 0;
  for (const member of topLevelMembers(text)) {
    const value = values.get(member.key);
    if (value === undefined) continue;
    missing.delete(member.key);
    result += text.slice(copied, member.valueStart) + JSON.stringify(value);
    copied = member.valueEnd;
  }
  result += text.slice(copied);
  if (missing.size === 0) return result;
  const added = [...missing].map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(',\n  ');
  const open = result.indexOf('{') + 1;
  const empty = /^\s*}/.test(result.slice(open));
  return `${result.slice(0, open)}\n  ${added}${empty ? '\n' : ','}${result.slice(open)}`;
}

interface Member {
  readonly key: string;
  readonly valueStart: number;
  readonly valueEnd: number;
}

/** JSON tokens that matter here: strings, structure, and runs of anything else that is not white space. */
const token = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s"{}[\],:]+/g;

function* topLevelMembers(text: string): Generator<Member> {
  let depth = 0;
  let key: string | undefined;
  let inValue = false;
  let valueStart = -1;
  let valueEnd = -1;
  for (const match of text.matchAll(token)) {
    const [piece] = match;
    const end = match.index + piece.length;
    const closes = piece === '}' || piece === ']';
    if (depth === 1 && (piece === ',' || closes)) {
      if (key !== undefined && inValue) yield { key, valueStart, valueEnd };
      key = undefined;
      inValue = false;
      valueStart = -1;
    } else if (depth === 1 && piece === ':') {
      inValue = true;
    } else if (depth === 1 && !inValue) {
      key = JSON.parse(piece) as string;
    } else if (inValue) {
      if (valueStart < 0) valueStart = match.index;
      valueEnd = end;
    }
    if (piece === '{' || piece === '[') depth++;
    else if (closes) depth--;
  }
}
