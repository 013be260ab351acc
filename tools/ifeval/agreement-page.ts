import { markdownTable } from '../docs/markdown-table.js';
import { readResponses, type GradedResponse } from './read-responses.js';

/** Why verdicts differ, by key and instruction: found by looking at each. */
const reasons: Readonly<Record<string, string>> = {
  '202 change_case:english_lowercase': 'The response is `etchings`. `langdetect` says German; ours says English.',
  '2341 change_case:english_capital':
    'The response is `YES`. `langdetect` takes a word in capitals by its first letter alone and says Welsh; ours says English.',
};

type Strictness = 'strict' | 'loose';

interface Comparison {
  readonly key: string;
  readonly id: string;
  readonly ours: Readonly<Record<Strictness, boolean>>;
  readonly official: Readonly<Record<Strictness, boolean>>;
}

function comparisons(graded: readonly GradedResponse[]): Comparison[] {
  return graded.flatMap(({ key, verdicts, given }) =>
    verdicts.map(({ id, strict, loose }, index) => ({
      key: String(key),
      id,
      ours: { strict, loose },
      official: { strict: given?.strict[index] === true, loose: given?.loose[index] === true },
    })),
  );
}

const agreeing = (some: readonly Comparison[], strictness: Strictness): number =>
  some.filter(({ ours, official }) => ours[strictness] === official[strictness]).length;

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(2)} %`;

/** Markdown: how far the verdicts on a file agree with those that it holds. */
export async function agreementPage(path: string): Promise<string> {
  const graded = await readResponses(path);
  const all = comparisons(graded);
  const [strict, loose] = [agreeing(all, 'strict'), agreeing(all, 'loose')];
  const byInstruction = [...new Set(all.map(({ id }) => id))].sort().map((id) => {
    const some = all.filter((one) => one.id === id);
    return [`\`${id}\``, `${some.length}`, `${agreeing(some, 'strict')}`, `${agreeing(some, 'loose')}`];
  });
  const differing = all.flatMap(({ key, id, ours, official }) =>
    (['strict', 'loose'] as const)
      .filter((strictness) => ours[strictness] !== official[strictness])
      .map((strictness) => [
        key,
        `\`${id}\``,
        strictness,
        official[strictness] ? 'followed' : 'not followed',
        ours[strictness] ? 'followed' : 'not followed',
        reasons[`${key} ${id}`] ?? 'not looked into',
      ]),
  );
  return `# IFEval verdicts beside those of the official checker

Written by \`npm run ifeval\` (needs \`PROFIT_TEST_DATA\`). ${graded.length} responses of GPT-4 to prompts of IFEval with ${all.length} instructions,
each with what the official checker said of it (\`conformance/ifeval/gpt4_verdicts_half.jsonl\`: a lightly edited clone of it). How ours is
made is in [decision 0024](../decisions/0024-ifeval.md).

Agreement: **${strict} of ${all.length} strict (${percent(strict, all.length)}), ${loose} of ${all.length} loose (${percent(loose, all.length)})**.

## Where the verdicts differ

${markdownTable(['key', 'instruction', 'verdict', 'official', 'ours', 'why'], differing)}

## By instruction

${markdownTable(['instruction', 'verdicts', 'strict, equal', 'loose, equal'], byInstruction)}
`;
}
