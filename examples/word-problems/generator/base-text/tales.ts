import type { Random } from '@profit-sft/core';
import { between, capitalise, pick, pickSeveral } from '../choose.js';
import { closings, openings } from '../references/phrases.js';
import { allThings, containers, outdoors, people, relatives, shops } from '../world.js';

/** Plain stories of the little world, without numbers. */
export function tale(random: Random): string {
  const [hero, friend] = pickSeveral(random, people, 2);
  const thing = pick(random, allThings);
  const box = pick(random, containers);
  const place = pick(random, outdoors);
  const shop = pick(random, shops);
  const relative = pick(random, relatives);
  const { name, subject, object, possessive } = hero;
  const sentences = [
    `${name} goes to ${shop} with ${possessive} ${relative}.`,
    `${friend.name} waits for ${object} in ${place}.`,
    `${capitalise(subject)} likes the ${thing.many} at ${shop} and looks at all of them.`,
    `The ${thing.many} are in a ${pick(random, ['big', 'small', 'red', 'blue', 'new', 'old'])} ${box.one}.`,
    `${capitalise(subject)} gives a ${box.one} of ${thing.many} to ${friend.name}.`,
    `"Are these your ${thing.many}?" asks ${friend.name}. "Yes, they are," says ${name}.`,
    `Then they count the ${thing.many} together and put them in order.`,
    `${friend.name} wants to share the ${thing.many} equally, so that everyone gets the same number.`,
    `In the evening ${name} comes home and tells the story to ${possessive} ${relative}.`,
    `${capitalise(possessive)} ${relative} says, "${pick(random, closings)}"`,
    `"${pick(random, openings)}" says ${friend.name}.`,
    `${name} cannot find ${possessive} ${thing.many}. Some of them are lost.`,
    `At the end of the day nothing is left in the ${box.one}.`,
    `${capitalise(subject)} draws a picture of the ${thing.many} and shows it to the ${relative}.`,
    `We know that ${friend.name} has more ${thing.many} than ${name}, but ${name} has more ${box.many}.`,
  ];
  const kept = pickSeveral(
    random,
    sentences.map((_, index) => index),
    between(random, 4, 7),
  ).sort((a, b) => a - b);
  return kept.map((index) => sentences[index]).join(' ');
}
