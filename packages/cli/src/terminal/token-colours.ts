import { printable } from './terminal.js';

/** A response token with what the rule made of it, or a token of the context. */
export interface ColouredToken {
  readonly text: string;
  readonly target: boolean;
  readonly logProb?: number;
  readonly weight?: number;
}

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';
/** Backgrounds of the 256-colour palette, from improbable to probable; all dark enough for white text. */
const ramp = [236, 23, 24, 25, 26] as const;

/** What the signs mean, for the line above the first row. */
export function tokenLegend(colours: boolean): string {
  const masked = colours ? '\u001b[2;9mstruck out\u001b[0m' : '⟨in brackets⟩';
  const context = colours ? '\u001b[2;3mdim italics\u001b[0m' : 'text before the first raised digit';
  return `raised digit: first decimal of p; masked: ${masked}; context: ${context}`;
}

/** One row of tokens: context dim, response tokens shaded by probability, masked ones struck out. */
export function tokenLine(tokens: readonly ColouredToken[], colours: boolean): string {
  return tokens
    .map(({ text, target, logProb = 0, weight = 1 }) => {
      const shown = printable(text, { keepLineBreaks: true });
      if (!target) return colours ? `\u001b[2;3m${shown}\u001b[0m` : shown;
      const probability = Math.exp(logProb);
      const digit = superscripts[Math.min(9, Math.floor(probability * 10))];
      if (!colours) return weight === 0 ? `⟨${shown}⟩${digit}` : `${shown}${digit}`;
      if (weight === 0) return `\u001b[2;9m${shown}\u001b[0m\u001b[2m${digit}\u001b[0m`;
      const shade = ramp[Math.min(ramp.length - 1, Math.floor(probability * ramp.length))];
      return `\u001b[48;5;${shade};38;5;231m${shown}\u001b[0m${digit}`;
    })
    .join('');
}
