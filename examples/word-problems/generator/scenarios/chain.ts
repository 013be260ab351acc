import type { Random } from '@profit-sft/core';
import { capitalise, pick, pickSeveral } from '../choose.js';
import { equation } from '../equation.js';
import { drawCount, drawFactor } from '../numbers.js';
import type { Draft, Step, StorySentence } from '../problem.js';
import { allThings, containers, people, type Person, type Thing } from '../world.js';
import { drawGain, drawLoss } from './chain-events.js';
import type { Scenario } from './scenario.js';

interface ChainPlan {
  readonly start: 'count' | 'groups';
  readonly events: readonly ('gain' | 'loss')[];
  readonly end: 'total' | 'share';
}

function ending(random: Random, plan: ChainPlan, hero: Person, thing: Thing, count: number) {
  if (plan.end === 'total') {
    return {
      question: pick(random, [
        `How many ${thing.many} does ${hero.name} have now?`,
        `How many ${thing.many} does ${hero.subject} have in the end?`,
        `How many ${thing.many} are there now?`,
        `What is the number of ${thing.many} that ${hero.name} has now?`,
      ]),
      goals: [`how many ${thing.many} ${hero.name} has now`, `the ${thing.many} at the end`],
      conclusions: [
        `${hero.name} has # ${thing.many} now.`,
        `Now there are # ${thing.many}.`,
        `In the end ${hero.subject} has # ${thing.many}.`,
      ],
    };
  }
  const parts = drawFactor(random);
  const share = equation(count, '/', parts);
  if (share === undefined || share.result < 2) return undefined;
  const container = pick(random, containers);
  const amongFriends = random.next() < 0.5;
  const part = amongFriends ? 'friend' : container.one;
  return {
    sentence: amongFriends
      ? pick(random, [
          `${capitalise(hero.subject)} shares the ${thing.many} equally among ${parts} friends.`,
          `Then ${parts} friends share all the ${thing.many} equally.`,
        ])
      : pick(random, [
          `${capitalise(hero.subject)} puts them into ${parts} ${container.many} with the same number in each.`,
          `${capitalise(hero.subject)} fills ${parts} ${container.many} equally with the ${thing.many}.`,
        ]),
    step: {
      ...share,
      causes: [`the ${thing.many} are shared equally`, `every ${part} gets the same number`],
      quantities: [`the share of one ${part}`, `the ${thing.many} for each ${part}`],
    } satisfies Step,
    question: amongFriends
      ? pick(random, [
          `How many ${thing.many} does each friend get?`,
          `How many ${thing.many} are there for each friend?`,
        ])
      : pick(random, [
          `How many ${thing.many} are in each ${container.one}?`,
          `How many ${thing.many} does one ${container.one} hold?`,
        ]),
    goals: [`how many ${thing.many} there are for each ${part}`, `the share of each ${part}`],
    conclusions: amongFriends
      ? [`Each friend gets # ${thing.many}.`, `There are # ${thing.many} for each friend.`]
      : [`There are # ${thing.many} in each ${container.one}.`, `Each ${container.one} holds # ${thing.many}.`],
  };
}

/** A person has some things, to which things happen one after the other. */
function chain(plan: ChainPlan): Scenario {
  const scenario = ['chain', plan.start, ...plan.events, plan.end].join('-');
  return (random): Draft | undefined => {
    const [hero, ...others] = pickSeveral(random, people, 4);
    const thing = pick(random, allThings);
    const story: StorySentence[] = [];
    const steps: Step[] = [];
    let count: number;
    if (plan.start === 'count') {
      count = drawCount(random);
      const text = pick(random, [
        `${hero.name} has ${count} ${thing.many}.`,
        `${hero.name} starts with ${count} ${thing.many}.`,
        `There are ${count} ${thing.many} in the room of ${hero.name}.`,
        `In the morning ${hero.name} has ${count} ${thing.many}.`,
      ]);
      story.push({ text, stepsKnown: 0 });
    } else {
      const container = pick(random, containers);
      const groups = drawFactor(random);
      const each = drawFactor(random);
      const product = equation(groups, '*', each);
      if (product === undefined) return undefined;
      count = product.result;
      const text = pick(random, [
        `${hero.name} has ${groups} ${container.many} with ${each} ${thing.many} in each.`,
        `${hero.name} has ${groups} ${container.many}. Each ${container.one} holds ${each} ${thing.many}.`,
        `There are ${groups} ${container.many} and each has ${each} ${thing.many}. They belong to ${hero.name}.`,
      ]);
      steps.push({
        ...product,
        causes: [`every ${container.one} holds the same number`, `there are equal ${container.many}`],
        quantities: [`the ${thing.many} in all the ${container.many}`, `the number at the start`],
      });
      story.push({ text, stepsKnown: 1 });
    }
    for (const [index, kind] of plan.events.entries()) {
      const event =
        kind === 'gain'
          ? drawGain(random, hero, others[index], thing)
          : drawLoss(random, hero, others[index], thing, count);
      const change = event === undefined ? undefined : equation(count, event.operator, event.amount);
      if (event === undefined || change === undefined || change.result < 2) return undefined;
      steps.push({ ...change, causes: event.causes, quantities: event.quantities });
      story.push({ text: event.sentence, stepsKnown: steps.length });
      count = change.result;
    }
    const end = ending(random, plan, hero, thing, count);
    if (end === undefined) return undefined;
    if (end.step !== undefined) {
      steps.push(end.step);
      story.push({ text: end.sentence, stepsKnown: steps.length });
    }
    const { question, goals, conclusions } = end;
    return { scenario, story, question, goals, conclusions, steps };
  };
}

/** One step. */
export const oneStepChains: readonly Scenario[] = [
  chain({ start: 'count', events: ['gain'], end: 'total' }),
  chain({ start: 'count', events: ['loss'], end: 'total' }),
  chain({ start: 'groups', events: [], end: 'total' }),
  chain({ start: 'count', events: [], end: 'share' }),
];

/** Two steps. */
export const twoStepChains: readonly Scenario[] = [
  chain({ start: 'count', events: ['gain', 'loss'], end: 'total' }),
  chain({ start: 'count', events: ['loss', 'gain'], end: 'total' }),
  chain({ start: 'groups', events: ['gain'], end: 'total' }),
  chain({ start: 'groups', events: ['loss'], end: 'total' }),
  chain({ start: 'count', events: ['gain'], end: 'share' }),
  chain({ start: 'count', events: ['loss'], end: 'share' }),
];

/** Three steps. */
export const threeStepChains: readonly Scenario[] = [
  chain({ start: 'count', events: ['gain', 'loss', 'gain'], end: 'total' }),
  chain({ start: 'groups', events: ['loss'], end: 'share' }),
  chain({ start: 'groups', events: ['gain', 'loss'], end: 'total' }),
];
