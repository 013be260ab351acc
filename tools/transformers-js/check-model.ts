/**
 * Whether Transformers.js, loading the export of a model, generates what the engine does:
 *
 *     PROFIT_TRANSFORMERS_JS=/tmp/tjs npx tsx --conditions=@profit-sft/source tools/transformers-js/check-model.ts MODEL PROMPT [TOKENS]
 */
import { openTokenizer } from '@profit-sft/tokenizers';
import { compareGeneration } from './compare-generation.js';
import { howToInstall, installations } from './transformers-js.js';

const [model, prompt, tokens = '50'] = process.argv.slice(2);
const found = installations();
if (model === undefined || prompt === undefined || found.length === 0) {
  console.error(
    found.length === 0 ? `PROFIT_TRANSFORMERS_JS is not set. ${howToInstall}` : 'usage: MODEL PROMPT [TOKENS]',
  );
  process.exit(2);
}
const tokenizer = await openTokenizer(model);
const ids = [...tokenizer.encode(prompt)];
for (const installation of found) {
  const { version, ours, theirs } = await compareGeneration(installation, model, [ids], Number(tokens));
  const difference = ours[0].findIndex((token, index) => token !== theirs[0][index]);
  const equal = difference < 0 && ours[0].length === theirs[0].length;
  console.log(
    `${installation.packageName} ${version}: ${equal ? `the same ${ours[0].length} tokens` : `differs at token ${difference}`}`,
  );
  console.log(JSON.stringify(tokenizer.decode([...ids, ...theirs[0]])));
  if (!equal) process.exitCode = 1;
}
