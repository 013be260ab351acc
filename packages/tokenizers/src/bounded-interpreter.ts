import { Interpreter, type Environment, type parse } from '@huggingface/jinja';

interface Value {
  readonly value: unknown;
}

/** The library's class as it is used here: its own declarations do not resolve under Node's rules for modules. */
const LibraryInterpreter = Interpreter as unknown as new (environment: Environment) => {
  evaluate(statement: Node | undefined, environment: Environment): Value;
  run(program: ReturnType<typeof parse>): Value;
};

/**
 * Work that one rendering may do: a unit for each node that is evaluated, {@link unitsPerScope} for each call and each pass of a loop,
 * {@link unitsPerUnknown} for each name that stands for nothing, one for each element that is made or that a filter walks over. A conversation of 1,000 messages takes some 100,000 units, all of it some seconds.
 */
const mostWork = 5_000_000;
/** The interpreter makes a scope for each call, and one with the variables of `loop` for each pass. */
const unitsPerScope = 20;
/** The interpreter learns by an exception that there is no variable of a name. */
const unitsPerUnknown = 50;
/** Characters of text that count as one unit: texts are copied and searched much faster than nodes are evaluated. */
const charactersPerUnit = 16;
/** Longest text that an expression or the whole template may make, in characters. */
const longestText = 50_000_000;

/** The parts of nodes that are looked at here. */
interface Node {
  readonly type: string;
  /** Of a loop. */
  readonly iterable?: Node;
  /** Of a filter. */
  readonly operand?: Node;
  /** Of a loop's iterable that has a condition behind it. */
  readonly lhs?: Node;
}

/** Nodes that name a value that is there already. */
const names = ['Identifier', 'MemberExpression'];

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length / charactersPerUnit;
  if (Array.isArray(value)) return value.length;
  return value instanceof Map ? value.size : 0;
}

/**
 * The Jinja interpreter with bounds, as templates come from whoever published a model: nested loops would run for years, and a text that is
 * doubled forty times fills the memory.
 */
export class BoundedInterpreter extends LibraryInterpreter {
  #work = 0;
  /** What the elements of a node's value cost where the value is walked over. */
  readonly #walked = new Map<Node | undefined, number>();

  #spend(units: number): void {
    this.#work += units;
    if (this.#work > mostWork)
      throw new Error(`it does more than ${mostWork} steps; is there a loop that does not end?`);
  }

  override evaluate(node: Node | undefined, environment: Environment): Value {
    this.#spend(node?.type === 'CallExpression' ? unitsPerScope : 1);
    if (node?.type === 'For') {
      const { iterable } = node;
      this.#walked.set(iterable?.type === 'SelectExpression' ? iterable.lhs : iterable, unitsPerScope);
    } else if (node?.type === 'FilterExpression') this.#walked.set(node.operand, 1);
    const value = super.evaluate(node, environment);
    const content = value.value;
    if (typeof content === 'string' && content.length > longestText) {
      throw new Error(`it makes a text of more than ${longestText} characters`);
    }
    if (node?.type === 'Identifier' && content === undefined) this.#spend(unitsPerUnknown);
    const cost = this.#walked.get(node) ?? (names.includes(node?.type ?? '') ? 0 : 1);
    if (cost > 0) this.#spend(cost * sizeOf(content));
    return value;
  }
}
