/** Names that no template can write, so that they collide with no variable. */
const functionNames = { strip: 'str.strip(chars)', lstrip: 'str.lstrip(chars)', rstrip: 'str.rstrip(chars)' } as const;

function strip(text: unknown, characters: unknown, left: boolean, right: boolean): string {
  if (typeof text !== 'string' || typeof characters !== 'string') {
    throw new Error('strip(chars) needs a string and the characters to strip');
  }
  const points = Array.from(text);
  const set = new Set(Array.from(characters));
  let [start, end] = [0, points.length];
  while (left && start < end && set.has(points[start])) start++;
  while (right && end > start && set.has(points[end - 1])) end--;
  return points.slice(start, end).join('');
}

/** The functions that {@link callPythonStrip} refers to: Python's `str.strip(chars)` and its one-sided forms. */
export const pythonStripFunctions: Readonly<Record<string, (text: unknown, characters: unknown) => string>> = {
  [functionNames.strip]: (text, characters) => strip(text, characters, true, true),
  [functionNames.lstrip]: (text, characters) => strip(text, characters, true, false),
  [functionNames.rstrip]: (text, characters) => strip(text, characters, false, true),
};

interface Node {
  type?: unknown;
  [key: string]: unknown;
}

/**
 * Makes `text.lstrip('\n')` in a parsed template strip those characters, as Python does. `@huggingface/jinja` 0.5
 * ignores the argument and strips all white space, with which Qwen3's template would eat the indentation at the start
 * of an answer. Changes the syntax tree in place.
 */
export function callPythonStrip(tree: unknown): void {
  if (tree instanceof Map) {
    for (const [key, value] of tree) {
      callPythonStrip(key);
      callPythonStrip(value);
    }
    return;
  }
  if (typeof tree !== 'object' || tree === null) return;
  const node = tree as Node;
  for (const child of Object.values(node)) callPythonStrip(child);
  if (node.type !== 'CallExpression' || !Array.isArray(node.args) || node.args.length !== 1) return;
  const callee = node.callee as Node;
  if (callee.type !== 'MemberExpression' || callee.computed === true) return;
  const property = callee.property as Node;
  const name = property.value;
  if (property.type !== 'Identifier' || (name !== 'strip' && name !== 'lstrip' && name !== 'rstrip')) return;
  node.args = [callee.object, node.args[0]];
  property.value = functionNames[name];
  node.callee = property;
}
