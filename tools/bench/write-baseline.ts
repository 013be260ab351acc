/** npm run bench:baseline: takes the counted figures of the code as it is for what later code is held to. */
import { readBaseline, writeBaseline } from './baseline.js';
import { worseFigures } from './compare-figures.js';
import { countedFigures } from './counted-figures.js';

const figures = countedFigures();
try {
  for (const line of worseFigures(readBaseline(), figures)) console.log(`accepted: ${line}`);
} catch (error) {
  // The first baseline has none before it.
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
writeBaseline(figures);
console.log('written: tools/bench/baseline.json');
