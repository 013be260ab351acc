import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CountedFigureSet } from './counted-figures.js';

const file = fileURLToPath(new URL('./baseline.json', import.meta.url));

export function readBaseline(): CountedFigureSet {
  return JSON.parse(readFileSync(file, 'utf8')) as CountedFigureSet;
}

export function writeBaseline(figures: CountedFigureSet): void {
  writeFileSync(file, `${JSON.stringify(figures, null, 2)}\n`);
}
