import { pick } from '../choose.js';
import { equation } from '../equation.js';
import { drawChange, drawCount } from '../numbers.js';
import { allThings, people } from '../world.js';
import type { Scenario } from './scenario.js';

/** A whole of two colours, of which one is told. */
export const otherPart: Scenario = (random) => {
  const hero = pick(random, people);
  const thing = pick(random, allThings);
  const [told, asked] = pick(random, [
    ['red', 'blue'],
    ['big', 'small'],
    ['new', 'old'],
    ['green', 'yellow'],
  ]);
  const rest = equation(drawCount(random), '-', drawChange(random));
  if (rest === undefined || rest.result < 2) return undefined;
  return {
    scenario: 'other-part',
    story: [
      { text: `${hero.name} has ${rest.left} ${thing.many}.`, stepsKnown: 0 },
      {
        text: pick(random, [
          `${rest.right} of them are ${told} and the others are ${asked}.`,
          `Of these, ${rest.right} are ${told} and the rest are ${asked}.`,
        ]),
        stepsKnown: 1,
      },
    ],
    question: pick(random, [
      `How many ${thing.many} are ${asked}?`,
      `How many ${asked} ${thing.many} does ${hero.name} have?`,
    ]),
    goals: [`how many ${thing.many} are ${asked}`, `the number of ${asked} ${thing.many}`],
    conclusions: [`There are # ${asked} ${thing.many}.`, `# ${thing.many} are ${asked}.`],
    steps: [
      {
        ...rest,
        causes: [`the ${told} ones do not count`, `the rest of the ${thing.many} are ${asked}`],
        quantities: [`the ${asked} ${thing.many}`, `all that are not ${told}`],
      },
    ],
  };
};
