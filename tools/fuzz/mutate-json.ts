import fc, { type Arbitrary } from 'fast-check';

/** Text in place of a value; it need not be JSON. */
class Raw {
  constructor(readonly text: string) {}
}

type Document = unknown;

const deep = (open: string, close: string): Raw => new Raw(`${open.repeat(20_000)}1${close.repeat(20_000)}`);

/** What stands in place of a value: other types, the ends of ranges, and what `JSON.stringify` never writes. */
const hostileValues: readonly Document[] = [
  ...[
    null,
    true,
    false,
    0,
    -1,
    1,
    0.5,
    2 ** 31,
    2 ** 32,
    2 ** 53,
    -(2 ** 53),
    1e300,
    5e-324,
    '',
    'a',
    '0',
    '\0',
    '\ud800',
  ],
  ...[
    '../../../etc/passwd',
    '/etc/passwd',
    '..\\x',
    'C:\\x',
    'constructor',
    '__proto__',
    'toString',
    '{{ x }}',
    '${x}',
  ],
  ...[[], {}, [[]], [null], { a: null }, [1, 2, 3], 'a'.repeat(10_000), Array(1000).fill(0)],
  ...[new Raw('1e999'), new Raw('-0'), new Raw('99999999999999999999999'), new Raw('{"__proto__":{"polluted":1}}')],
  ...[new Raw('{"constructor":{"prototype":{"polluted":1}}}'), deep('[', ']'), deep('{"a":', '}'), new Raw('nul')],
];
const hostileKeys = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'length',
  '',
  '0',
  'a.b',
  '\0',
  'ключ',
];

type Change =
  | { readonly kind: 'replace'; readonly node: number; readonly value: Document }
  | { readonly kind: 'remove'; readonly node: number }
  | { readonly kind: 'rename'; readonly node: number; readonly key: string }
  | { readonly kind: 'add'; readonly node: number; readonly key: string; readonly value: Document };

const value = fc.oneof(fc.constantFrom(...hostileValues), fc.jsonValue({ maxDepth: 2 }) as Arbitrary<Document>);
const key = fc.oneof(fc.constantFrom(...hostileKeys), fc.string({ maxLength: 8 }));
const node = fc.nat(10_000);
const change: Arbitrary<Change> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('replace' as const), node, value }) },
  fc.record({ kind: fc.constant('remove' as const), node }),
  fc.record({ kind: fc.constant('rename' as const), node, key }),
  fc.record({ kind: fc.constant('add' as const), node, key, value }),
);

interface Place {
  readonly parent: Entries;
  readonly index: number;
}

/** An array or object as its entries, so that a key may be `__proto__`, or there twice. */
class Entries {
  constructor(
    readonly isArray: boolean,
    readonly entries: [key: string, value: Document][],
  ) {}
}

function entriesOf(document: Document): Document {
  if (document instanceof Raw || typeof document !== 'object' || document === null) return document;
  return new Entries(
    Array.isArray(document),
    Object.entries(document).map(([name, inner]) => [name, entriesOf(inner)]),
  );
}

function places(root: Entries): Place[] {
  const found: Place[] = [];
  const visit = (parent: Entries): void => {
    parent.entries.forEach(([, inner], index) => {
      found.push({ parent, index });
      if (inner instanceof Entries) visit(inner);
    });
  };
  visit(root);
  return found;
}

function apply(root: Entries, made: Change): void {
  const all = places(root);
  const { parent, index } = all[made.node % all.length] ?? { parent: root, index: 0 };
  const entry = parent.entries[index];
  if (made.kind === 'add') parent.entries.push([made.key, entriesOf(made.value)]);
  else if (entry === undefined) return;
  else if (made.kind === 'replace') entry[1] = entriesOf(made.value);
  else if (made.kind === 'rename') entry[0] = made.key;
  else parent.entries.splice(index, 1);
}

function write(document: Document): string {
  if (document instanceof Raw) return document.text;
  if (!(document instanceof Entries)) return JSON.stringify(document);
  const inner = document.entries.map(([name, own]) =>
    document.isArray ? write(own) : `${JSON.stringify(name)}:${write(own)}`,
  );
  return document.isArray ? `[${inner.join(',')}]` : `{${inner.join(',')}}`;
}

/** The text of one of the documents, arrays or objects, with up to four values, keys or members changed. */
export function mutatedJson(documents: readonly object[]): Arbitrary<string> {
  return fc.tuple(fc.constantFrom(...documents), fc.array(change, { maxLength: 4 })).map(([document, changes]) => {
    const root = new Entries(false, [['', entriesOf(document)]]);
    for (const made of changes) apply(root, made);
    return root.entries.length === 0 ? '' : write(root.entries[0][1]);
  });
}
