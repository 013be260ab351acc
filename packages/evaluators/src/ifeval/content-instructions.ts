import type { Instruction } from './instruction.js';
import { strip, whitespace } from './python-text.js';

/** How many `[…]` there are, none going over the end of a line. */
function countPlaceholders(text: string): number {
  let count = 0;
  for (const line of text.split('\n')) {
    let close = -1;
    for (;;) {
      const open = line.indexOf('[', close + 1);
      close = open < 0 ? -1 : line.indexOf(']', open);
      if (close < 0) break;
      count++;
    }
  }
  return count;
}

/** The two markers of the benchmark, in the ways in which people write them; any other is looked for as it is. */
const postscripts: Readonly<Record<string, RegExp>> = {
  'P.S.': new RegExp(`p\\.[${whitespace}]?s\\.`),
  'P.P.S': new RegExp(`p\\.[${whitespace}]?p\\.[${whitespace}]?s`),
};

export const contentInstructions: readonly Instruction[] = [
  {
    id: 'detectable_content:number_placeholders',
    prepare(given) {
      const least = given.count('num_placeholders');
      return (response) => countPlaceholders(response) >= least;
    },
  },
  {
    id: 'detectable_content:postscript',
    prepare(given) {
      const marker = strip(given.text('postscript_marker'));
      const pattern = Object.hasOwn(postscripts, marker) ? postscripts[marker] : undefined;
      const lower = marker.toLowerCase();
      return (response) => {
        const text = response.toLowerCase();
        return pattern === undefined ? text.includes(lower) : pattern.test(text);
      };
    },
  },
];
