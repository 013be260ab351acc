import { InvalidArgumentError } from 'commander';

/** Argument parsers for commander; a wrong value is a usage error that names the option. */

export function wholeNumber(minimum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isSafeInteger(value) || value < minimum) {
      throw new InvalidArgumentError(`Expected a whole number of at least ${minimum}.`);
    }
    return value;
  };
}

export function numberWithin(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || Number.isNaN(value) || value < minimum || value > maximum) {
      const range = maximum === Infinity ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`;
      throw new InvalidArgumentError(`Expected a number ${range}.`);
    }
    return value;
  };
}

/** A size as MiB: `2500`, `2500MiB`, `2.5GiB`. */
export function mebibytes(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*(MiB|MB|M|GiB|GB|G)?$/i.exec(text.trim()) ?? [];
  const value = Math.floor(Number(number) * (/^g/i.test(unit ?? 'M') ? 1024 : 1));
  if (!(value >= 1)) throw new InvalidArgumentError('Expected a size such as 2500MiB or 4GiB.');
  return value;
}

/** An option that may be given several times. */
export function collected(text: string, previous: readonly string[] = []): string[] {
  return [...previous, text];
}
