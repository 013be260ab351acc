import type { Random } from '@profit-sft/core';
import { between, capitalise, pick } from '../choose.js';
import { drawChange } from '../numbers.js';
import type { Operator } from '../problem.js';
import { outdoors, relatives, shops, type Person, type Thing } from '../world.js';

/** Something that changes how many things the hero has. */
export interface ChainEvent {
  readonly operator: Operator;
  readonly amount: number;
  readonly sentence: string;
  readonly causes: readonly string[];
  readonly quantities: readonly string[];
}

type EventKind = (
  random: Random,
  hero: Person,
  other: Person,
  thing: Thing,
  amount: number,
) => Omit<ChainEvent, 'operator' | 'amount'>;

const gains: readonly EventKind[] = [
  (random, hero, _other, thing, amount) => {
    const shop = pick(random, shops);
    const verb = pick(random, ['buys', 'gets']);
    return {
      sentence: pick(random, [
        `${capitalise(hero.subject)} ${verb} ${amount} more at ${shop}.`,
        `At ${shop} ${hero.subject} ${verb} ${amount} more ${thing.many}.`,
        `Then ${hero.subject} ${verb} ${amount} more ${thing.many} at ${shop}.`,
      ]),
      causes: [`${hero.name} ${verb} more ${thing.many}`, `${hero.subject} comes back from ${shop} with more`],
      quantities: [`the ${thing.many} after ${shop}`, `the number after the visit to ${shop}`],
    };
  },
  (random, hero, _other, thing, amount) => {
    const place = pick(random, outdoors);
    return {
      sentence: pick(random, [
        `${capitalise(hero.subject)} finds ${amount} more in ${place}.`,
        `Then ${hero.subject} finds ${amount} more ${thing.many} in ${place}.`,
        `In ${place} ${hero.subject} finds ${amount} other ${thing.many}.`,
      ]),
      causes: [`${hero.name} finds some in ${place}`, `${place} has more ${thing.many} for ${hero.object}`],
      quantities: [`the ${thing.many} after ${place}`, `what ${hero.name} has with the new ones`],
    };
  },
  (random, hero, other, thing, amount) => ({
    sentence: pick(random, [
      `${other.name} gives ${hero.object} ${amount} more.`,
      `Then ${other.name} gives ${hero.object} ${amount} ${thing.many}.`,
      `${capitalise(hero.subject)} gets ${amount} more ${thing.many} from ${other.name}.`,
    ]),
    causes: [`${other.name} gives some to ${hero.name}`, `there is a gift from ${other.name}`],
    quantities: [`the ${thing.many} with the gift`, `what ${hero.name} has after the gift`],
  }),
  (random, hero, _other, thing, amount) => {
    const relative = pick(random, relatives);
    return {
      sentence: pick(random, [
        `${capitalise(hero.possessive)} ${relative} brings ${hero.object} ${amount} more.`,
        `Then ${hero.possessive} ${relative} brings ${amount} more ${thing.many}.`,
      ]),
      causes: [`the ${relative} brings some more`, `${hero.name} is given more ${thing.many}`],
      quantities: [`the ${thing.many} after that`, `the new number of ${thing.many}`],
    };
  },
];

const losses: readonly EventKind[] = [
  (random, hero, other, thing, amount) => ({
    sentence: pick(random, [
      `${capitalise(hero.subject)} gives ${amount} to ${other.name}.`,
      `Then ${hero.subject} gives ${amount} ${thing.many} to ${other.name}.`,
      `${other.name} gets ${amount} of the ${thing.many} from ${hero.object}.`,
    ]),
    causes: [`${hero.name} gives some to ${other.name}`, `some ${thing.many} go to ${other.name}`],
    quantities: [`the ${thing.many} that stay with ${hero.name}`, `what is left after the gift`],
  }),
  (random, hero, _other, thing, amount) => ({
    sentence: pick(random, [
      `${capitalise(hero.subject)} loses ${amount} on the way home.`,
      `On the way home ${hero.subject} loses ${amount} ${thing.many}.`,
      `Then ${hero.subject} loses ${amount} of them.`,
    ]),
    causes: [`${hero.name} loses some of the ${thing.many}`, `some get lost`],
    quantities: [`the ${thing.many} that are not lost`, `what is left of the ${thing.many}`],
  }),
  (random, hero, _other, thing, amount) => {
    const shop = pick(random, shops);
    return {
      sentence: pick(random, [
        `${capitalise(hero.subject)} sells ${amount} at ${shop}.`,
        `Then ${hero.subject} sells ${amount} ${thing.many} at ${shop}.`,
        `At ${shop} ${hero.subject} sells ${amount} of them.`,
      ]),
      causes: [`${hero.name} sells some ${thing.many}`, `some are sold at ${shop}`],
      quantities: [`the ${thing.many} that are not sold`, `what ${hero.subject} brings back from ${shop}`],
    };
  },
  (random, hero, _other, thing, amount) => {
    const verb = thing.edible ? 'eats' : pick(random, ['breaks', 'throws away']);
    return {
      sentence: pick(random, [
        `${capitalise(hero.subject)} ${verb} ${amount} of them.`,
        `In the evening ${hero.subject} ${verb} ${amount} ${thing.many}.`,
      ]),
      causes: [`${hero.name} ${verb} some`, `some of the ${thing.many} are gone`],
      quantities: [`the ${thing.many} that remain`, `the rest of the ${thing.many}`],
    };
  },
];

export function drawGain(random: Random, hero: Person, other: Person, thing: Thing): ChainEvent {
  const amount = drawChange(random);
  return { operator: '+', amount, ...pick(random, gains)(random, hero, other, thing, amount) };
}

/** Takes away fewer than there are. */
export function drawLoss(
  random: Random,
  hero: Person,
  other: Person,
  thing: Thing,
  count: number,
): ChainEvent | undefined {
  if (count < 3) return undefined;
  const amount = random.next() < 0.7 ? between(random, 2, Math.min(12, count - 1)) : between(random, 2, count - 1);
  return { operator: '-', amount, ...pick(random, losses)(random, hero, other, thing, amount) };
}
