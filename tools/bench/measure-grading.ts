/**
 * What grading 10,000 answers takes: `npm run bench:grading`. Answers of eleven forms, half of them wrong, so that every kind of
 * comparison is paid for.
 */
import { gradeMathematics } from '@profit-sft/grading';
import { gradingPairs } from './grading-pairs.js';

const count = 10_000;
const pairs = gradingPairs(count, 1);
const milliseconds = new Float64Array(count);
let asMade = 0;

const cpu = process.cpuUsage();
const start = performance.now();
for (const [index, { response, reference, correct }] of pairs.entries()) {
  const before = performance.now();
  if (gradeMathematics(response, reference).correct === correct) asMade += 1;
  milliseconds[index] = performance.now() - before;
}
const seconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage(cpu);

milliseconds.sort();
const quantile = (share: number): string => milliseconds[Math.min(count - 1, Math.floor(share * count))].toFixed(2);
console.log(`${count} answers in ${seconds.toFixed(1)} s (${((user + system) / 1e6).toFixed(1)} s of processor time)`);
console.log(`one answer: median ${quantile(0.5)} ms, 99 % within ${quantile(0.99)} ms, slowest ${quantile(1)} ms`);
console.log(`graded as they were made: ${asMade} of ${count}`);
