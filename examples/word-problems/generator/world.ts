/** The little world of the stories: few names and things, so that a small model can know all of them. */
export interface Person {
  readonly name: string;
  readonly subject: 'he' | 'she';
  readonly object: 'him' | 'her';
  readonly possessive: 'his' | 'her';
}

export interface Thing {
  readonly one: string;
  readonly many: string;
  readonly edible: boolean;
}

const male = ['Tom', 'Ben', 'Sam', 'Max', 'Leo', 'Dan', 'Jack', 'Paul', 'Omar', 'Ravi'];
const female = ['Ann', 'Mia', 'Lucy', 'Eva', 'Sara', 'Kate', 'Rosa', 'Nina', 'Aisha', 'Mei'];

export const people: readonly Person[] = [
  ...male.map((name) => ({ name, subject: 'he', object: 'him', possessive: 'his' }) as const),
  ...female.map((name) => ({ name, subject: 'she', object: 'her', possessive: 'her' }) as const),
];

function things(edible: boolean, ...names: (string | readonly [string, string])[]): Thing[] {
  return names.map((name) =>
    typeof name === 'string' ? { one: name, many: `${name}s`, edible } : { one: name[0], many: name[1], edible },
  );
}

export const allThings: readonly Thing[] = [
  ...things(true, 'apple', 'pear', 'plum', 'egg', 'nut', 'cake', 'lemon', ['berry', 'berries']),
  ...things(
    false,
    'ball',
    'book',
    'card',
    'pen',
    'stone',
    'shell',
    'stamp',
    'button',
    'bead',
    'flower',
    'toy',
    'candle',
  ),
];

export const containers: readonly Thing[] = things(false, ['box', 'boxes'], 'bag', 'basket', 'jar', 'tray', 'pack');

/** Read after "at". */
export const shops = ['the shop', 'the market', 'the fair', 'the store'];

/** Read after "in". */
export const outdoors = ['the park', 'the garden', 'the yard', 'the field'];

export const relatives = ['aunt', 'uncle', 'brother', 'sister', 'teacher'];
