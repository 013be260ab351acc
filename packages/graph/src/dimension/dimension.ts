/**
 * The size of one axis: a number, or a polynomial in named symbols whose values are known only when a program runs,
 * in canonical form (`"2*batch*sequence+capacity"`). Canonical means that equal sizes are equal strings.
 */
export type Dimension = number | string;

export type Shape = readonly Dimension[];

/** Monomial (symbols sorted and joined by `*`; empty for the constant) to integer coefficient. */
type Polynomial = Map<string, number>;

function parse(dimension: Dimension): Polynomial {
  if (typeof dimension === 'number') {
    if (!Number.isSafeInteger(dimension)) throw new Error(`${dimension} is not a dimension`);
    return new Map([['', dimension]]);
  }
  const terms: Polynomial = new Map();
  for (const term of dimension.split('+')) {
    let coefficient = 1;
    const symbols: string[] = [];
    for (const factor of term.split('*')) {
      if (/^-?\d+$/.test(factor)) coefficient *= Number(factor);
      else if (/^[A-Za-z_]\w*$/.test(factor)) symbols.push(factor);
      else throw new Error(`"${dimension}" is not a dimension`);
    }
    const monomial = symbols.sort().join('*');
    terms.set(monomial, (terms.get(monomial) ?? 0) + coefficient);
  }
  return terms;
}

function format(terms: Polynomial): Dimension {
  const present = [...terms].filter(([, coefficient]) => coefficient !== 0).sort(([a], [b]) => (a < b ? -1 : 1));
  if (present.length === 0) return 0;
  if (present.length === 1 && present[0][0] === '') return present[0][1];
  return present
    .map(([monomial, coefficient]) =>
      monomial === '' ? String(coefficient) : coefficient === 1 ? monomial : `${coefficient}*${monomial}`,
    )
    .join('+');
}

/** Brings a dimension written by hand into canonical form. */
export function canonicalDimension(dimension: Dimension): Dimension {
  return format(parse(dimension));
}

export function addDimensions(...dimensions: Dimension[]): Dimension {
  const sum: Polynomial = new Map();
  for (const dimension of dimensions) {
    for (const [monomial, coefficient] of parse(dimension)) sum.set(monomial, (sum.get(monomial) ?? 0) + coefficient);
  }
  return format(sum);
}

export function negateDimension(dimension: Dimension): Dimension {
  return multiplyDimensions(-1, dimension);
}

export function multiplyDimensions(...dimensions: Dimension[]): Dimension {
  let product: Polynomial = new Map([['', 1]]);
  for (const dimension of dimensions) {
    const next: Polynomial = new Map();
    for (const [left, a] of product) {
      for (const [right, b] of parse(dimension)) {
        const monomial = [...left.split('*'), ...right.split('*')]
          .filter((symbol) => symbol !== '')
          .sort()
          .join('*');
        next.set(monomial, (next.get(monomial) ?? 0) + a * b);
      }
    }
    product = next;
  }
  return format(product);
}

/** Number of elements of a shape. */
export function elementCount(shape: Shape): Dimension {
  return multiplyDimensions(1, ...shape);
}

/** The terms of a dimension as coefficient and symbols, for runtimes that compute sizes themselves. */
export function dimensionTerms(dimension: Dimension): { coefficient: number; symbols: string[] }[] {
  return [...parse(dimension)].map(([monomial, coefficient]) => ({
    coefficient,
    symbols: monomial === '' ? [] : monomial.split('*'),
  }));
}

/** Whether every symbol of a dimension has a value. */
function isKnown(dimension: Dimension, symbols: ReadonlyMap<string, number>): boolean {
  return dimensionTerms(dimension).every((term) => term.symbols.every((symbol) => symbols.has(symbol)));
}

/** The value of a dimension once it or its symbols are known. */
export function evaluateDimension(dimension: Dimension, symbols: ReadonlyMap<string, number>): number {
  if (typeof dimension === 'number') return dimension;
  const whole = symbols.get(dimension);
  if (whole !== undefined) return whole;
  let value = 0;
  for (const term of dimensionTerms(dimension)) {
    let product = term.coefficient;
    for (const symbol of term.symbols) {
      const known = symbols.get(symbol);
      if (known === undefined) throw new Error(`symbol "${symbol}" of dimension "${dimension}" has no value`);
      product *= known;
    }
    value += product;
  }
  return value;
}

/**
 * Binds the symbols of a declared shape to an actual one and checks the rest. Axes that are a single symbol bind first;
 * a composite axis is checked where its symbols are known, and else bound as a whole (`batch*sequence` is 12, whatever
 * its factors), which is all that a program that never takes it apart has to know.
 */
export function bindShape(
  declared: Shape,
  actual: readonly number[],
  symbols: Map<string, number>,
  what: string,
): void {
  if (declared.length !== actual.length) {
    throw new Error(`${what} has rank ${actual.length}, expected shape [${declared.join(', ')}]`);
  }
  declared.forEach((dimension, axis) => {
    if (typeof dimension === 'string' && /^[A-Za-z_]\w*$/.test(dimension) && !symbols.has(dimension)) {
      symbols.set(dimension, actual[axis]);
    }
  });
  declared.forEach((dimension, axis) => {
    if (typeof dimension === 'string' && !isKnown(dimension, symbols) && !symbols.has(dimension)) {
      symbols.set(dimension, actual[axis]);
    }
    if (evaluateDimension(dimension, symbols) !== actual[axis]) {
      throw new Error(`${what} has shape [${actual.join(', ')}], expected [${declared.join(', ')}]`);
    }
  });
}
