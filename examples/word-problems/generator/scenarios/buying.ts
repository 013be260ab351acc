import { between, capitalise, pick } from '../choose.js';
import { equation } from '../equation.js';
import { drawFactor } from '../numbers.js';
import { allThings, containers, people, shops } from '../world.js';
import type { Scenario } from './scenario.js';

/** The price of several things, or the coins left after paying. */
function buying(askLeft: boolean): Scenario {
  return (random) => {
    const hero = pick(random, people);
    const thing = pick(random, allThings);
    const shop = pick(random, shops);
    const price = equation(drawFactor(random), '*', drawFactor(random));
    if (price === undefined) return undefined;
    const left = askLeft ? equation(price.result + between(random, 2, 30), '-', price.result) : undefined;
    if (askLeft && left === undefined) return undefined;
    const cost = pick(random, [
      `A ${thing.one} costs ${price.right} coins at ${shop}.`,
      `At ${shop} each ${thing.one} costs ${price.right} coins.`,
    ]).replace(/^A (?=[aeiou])/, 'An ');
    const buys = pick(random, [
      `${hero.name} buys ${price.left} ${thing.many}.`,
      `${hero.name} wants ${price.left} ${thing.many}.`,
    ]);
    const priceStep = {
      ...price,
      causes: [`every ${thing.one} costs the same`, `${hero.name} pays for each ${thing.one}`],
      quantities: [`the price of all the ${thing.many}`, `the coins to pay`],
    };
    if (left === undefined) {
      return {
        scenario: 'price',
        story: [
          { text: cost, stepsKnown: 0 },
          { text: buys, stepsKnown: 1 },
        ],
        question: pick(random, [`How many coins does ${hero.subject} pay?`, `How many coins is that in all?`]),
        goals: [`how many coins ${hero.name} pays`, `the price in all`],
        conclusions: [`${hero.name} pays # coins.`, `The price is # coins.`],
        steps: [priceStep],
      };
    }
    return {
      scenario: 'change',
      story: [
        { text: `${hero.name} has ${left.left} coins.`, stepsKnown: 0 },
        { text: cost, stepsKnown: 0 },
        { text: `${capitalise(hero.subject)} buys ${price.left} ${thing.many}.`, stepsKnown: 2 },
      ],
      question: pick(random, [
        `How many coins does ${hero.subject} have left?`,
        `How many coins are left?`,
        `How many coins does ${hero.name} have after that?`,
      ]),
      goals: [`how many coins are left`, `the coins that ${hero.name} keeps`],
      conclusions: [`${hero.name} has # coins left.`, `Then # coins are left.`],
      steps: [
        priceStep,
        {
          ...left,
          causes: [`${hero.name} pays with the coins`, `the price goes off the coins`],
          quantities: [`the coins that are left`, `what ${hero.name} keeps`],
        },
      ],
    };
  };
}

export const price = buying(false);
export const change = buying(true);

/** Two sorts of full containers. */
export const twoSorts: Scenario = (random) => {
  const hero = pick(random, people);
  const thing = pick(random, allThings);
  const [first, second] = random.next() < 0.5 ? ['big', 'small'] : ['red', 'blue'];
  const container = pick(random, containers);
  const one = equation(between(random, 2, 6), '*', drawFactor(random));
  const two = equation(between(random, 2, 6), '*', drawFactor(random));
  const sum = one && two && equation(one.result, '+', two.result);
  if (one === undefined || two === undefined || sum === undefined) return undefined;
  return {
    scenario: 'two-sorts',
    story: [
      {
        text: `${hero.name} has ${one.left} ${first} ${container.many} with ${one.right} ${thing.many} in each.`,
        stepsKnown: 1,
      },
      {
        text: `${capitalise(hero.subject)} also has ${two.left} ${second} ${container.many} with ${two.right} ${thing.many} in each.`,
        stepsKnown: 3,
      },
    ],
    question: pick(random, [
      `How many ${thing.many} does ${hero.name} have in all?`,
      `How many ${thing.many} are there in all?`,
    ]),
    goals: [`how many ${thing.many} there are in all`, `the ${thing.many} in all the ${container.many}`],
    conclusions: [`${hero.name} has # ${thing.many} in all.`, `There are # ${thing.many} in all.`],
    steps: [
      {
        ...one,
        causes: [`the ${first} ${container.many} are equal`, `we count the ${first} ${container.many}`],
        quantities: [`the ${thing.many} in the ${first} ${container.many}`, `the ${first} part`],
      },
      {
        ...two,
        causes: [`the ${second} ${container.many} are equal`, `we count the ${second} ${container.many}`],
        quantities: [`the ${thing.many} in the ${second} ${container.many}`, `the ${second} part`],
      },
      {
        ...sum,
        causes: [`the question asks for both sorts`, `we need all the ${thing.many}`],
        quantities: [`the number in all`, `the ${thing.many} of both sorts`],
      },
    ],
  };
};
