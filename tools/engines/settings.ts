import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Row {
  readonly prompt: string;
  readonly completion: string;
}

/** What is trained, apart from the engine. */
export interface Setting {
  readonly title: string;
  readonly model: string;
  /** Read when asked for: not every setting has its data everywhere. */
  rows(): { readonly train: readonly Row[]; readonly evaluation: readonly Row[] };
  /** Has millions of parameters. */
  readonly large: boolean;
}

const sharedData = process.env.PROFIT_TEST_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));

interface Instruction {
  readonly instruction: string;
  readonly input: string;
  readonly output: string;
}

/** Short ones: the reference takes seconds for a few hundred tokens. */
function instructions(): Row[] {
  const path = join(sharedData, 'sft/rasbt_instruct/instruction-data.json');
  return (JSON.parse(readFileSync(path, 'utf8')) as Instruction[])
    .map(({ instruction, input, output }) => ({
      prompt: `${[instruction, input].filter((text) => text !== '').join('\n')}\n`,
      completion: output,
    }))
    .filter(({ prompt, completion }) => prompt.length + completion.length < 90);
}

/** In the words of the demo's base model. */
function wordProblems(from: number, count: number): Row[] {
  const names = ['Tom', 'Jack', 'Anna', 'Mary'];
  return Array.from({ length: count }, (_, index) => {
    const row = from + index;
    const [has, more] = [(row * 7) % 20, 3 + ((row * 5) % 11)];
    return {
      prompt: `Question: ${names[row % 4]} has ${has} cards and gets ${more} more.\nAnswer:`,
      completion: ` ${has} + ${more} = ${has + more}.`,
    };
  });
}

export const settings: readonly Setting[] = [
  {
    title: 'word problems, 1.7M parameters',
    model: fileURLToPath(new URL('../../examples/word-problems/model', import.meta.url)),
    rows: () => ({ train: wordProblems(0, 20), evaluation: wordProblems(20, 4) }),
    large: true,
  },
  {
    title: 'instructions, stories260K',
    model: join(sharedData, 'models/stories260K/hf'),
    rows: () => ({ train: instructions().slice(0, 20), evaluation: instructions().slice(20, 24) }),
    large: false,
  },
];

export function isPresent({ model }: Setting): boolean {
  return existsSync(model);
}
