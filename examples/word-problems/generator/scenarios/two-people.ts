import { pick, pickSeveral } from '../choose.js';
import { equation } from '../equation.js';
import { drawChange, drawCount } from '../numbers.js';
import { allThings, people } from '../world.js';
import type { Scenario } from './scenario.js';

/** Two people put what they have together. */
export const together: Scenario = (random) => {
  const [first, second] = pickSeveral(random, people, 2);
  const thing = pick(random, allThings);
  const sum = equation(drawCount(random), '+', drawCount(random));
  if (sum === undefined) return undefined;
  return {
    scenario: 'together',
    story: [
      { text: `${first.name} has ${sum.left} ${thing.many}.`, stepsKnown: 0 },
      {
        text: pick(random, [`${second.name} has ${sum.right} ${thing.many}.`, `${second.name} has ${sum.right}.`]),
        stepsKnown: 1,
      },
    ],
    question: pick(random, [
      `How many ${thing.many} do they have together?`,
      `How many ${thing.many} are there in all?`,
      `How many ${thing.many} do ${first.name} and ${second.name} have in all?`,
    ]),
    goals: [`how many ${thing.many} the two have together`, `the number of ${thing.many} in all`],
    conclusions: [`Together they have # ${thing.many}.`, `There are # ${thing.many} in all.`],
    steps: [
      {
        ...sum,
        causes: [`we look at both of them`, `${first.name} and ${second.name} put them together`],
        quantities: [`the ${thing.many} of both`, `the number for ${first.name} and ${second.name}`],
      },
    ],
  };
};

/** How many more one has than the other. */
export const difference: Scenario = (random) => {
  const [first, second] = pickSeveral(random, people, 2);
  const thing = pick(random, allThings);
  const gap = equation(drawCount(random), '-', drawChange(random));
  if (gap === undefined || gap.result < 2) return undefined;
  const firstFewer = random.next() < 0.5;
  const many = `${first.name} has ${gap.left} ${thing.many}.`;
  const few = `${second.name} has ${gap.right} ${thing.many}.`;
  return {
    scenario: 'difference',
    story: [
      { text: firstFewer ? few : many, stepsKnown: 0 },
      { text: firstFewer ? many : few, stepsKnown: 1 },
    ],
    question: pick(random, [
      `How many more ${thing.many} does ${first.name} have than ${second.name}?`,
      `How many fewer ${thing.many} does ${second.name} have than ${first.name}?`,
      `How many ${thing.many} does ${second.name} need to have as many as ${first.name}?`,
    ]),
    goals: [`the difference between the two`, `how many more ${thing.many} ${first.name} has`],
    conclusions: [`${first.name} has # more ${thing.many} than ${second.name}.`, `The difference is # ${thing.many}.`],
    steps: [
      {
        ...gap,
        causes: [`${first.name} has more than ${second.name}`, `we compare the two`],
        quantities: [`the difference`, `what ${second.name} does not have`],
      },
    ],
  };
};

/** One is told only in comparison with the other; asked for that one, or for both together. */
function compared(askTogether: boolean): Scenario {
  return (random) => {
    const [first, second] = pickSeveral(random, people, 2);
    const thing = pick(random, allThings);
    const more = random.next() < 0.5;
    const count = drawCount(random);
    const other = equation(count, more ? '+' : '-', drawChange(random));
    if (other === undefined || other.result < 2) return undefined;
    const sum = equation(count, '+', other.result);
    if (askTogether && sum === undefined) return undefined;
    const word = more ? 'more' : 'fewer';
    const otherStep = {
      ...other,
      causes: [
        `${second.name} has ${word} than ${first.name}`,
        `the number for ${second.name} is ${more ? 'larger' : 'smaller'}`,
      ],
      quantities: [`the ${thing.many} of ${second.name}`, `what ${second.name} has`],
    };
    const story = [
      { text: `${first.name} has ${count} ${thing.many}.`, stepsKnown: 0 },
      {
        text: pick(random, [
          `${second.name} has ${other.right} ${word} than ${first.name}.`,
          `${second.name} has ${other.right} ${thing.many} ${word} than ${first.name}.`,
        ]),
        stepsKnown: askTogether ? 2 : 1,
      },
    ];
    if (!askTogether) {
      return {
        scenario: `compared-${word}`,
        story,
        question: pick(random, [`How many ${thing.many} does ${second.name} have?`, `How many has ${second.name}?`]),
        goals: [`how many ${thing.many} ${second.name} has`, `the number for ${second.name}`],
        conclusions: [`${second.name} has # ${thing.many}.`, `So ${second.name} has # of them.`],
        steps: [otherStep],
      };
    }
    return {
      scenario: `compared-${word}-together`,
      story,
      question: pick(random, [
        `How many ${thing.many} do they have together?`,
        `How many ${thing.many} do both have in all?`,
        `How many ${thing.many} are there in all?`,
      ]),
      goals: [`how many ${thing.many} both have`, `the number of ${thing.many} in all`],
      conclusions: [`Together they have # ${thing.many}.`, `There are # ${thing.many} in all.`],
      steps: [
        otherStep,
        {
          ...sum!,
          causes: [`we look at both of them`, `the question asks for both`],
          quantities: [`the ${thing.many} of both`, `the number for the two`],
        },
      ],
    };
  };
}

export const comparedOne = compared(false);
export const comparedTogether = compared(true);
