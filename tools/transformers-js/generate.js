/**
 * Generates with Transformers.js alone, in a process of its own: it brings an older ONNX Runtime, which a process that has
 * loaded ours would not load. Takes a JSON request as its argument, prints the answer as JSON.
 */
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { installation, packageName, directory, prompts, maxTokens, padded = false } = JSON.parse(process.argv[2]);
const entry = createRequire(join(installation, 'package.json')).resolve(packageName);
const loaded = await import(pathToFileURL(entry).href);
// Version 3 is CommonJS under this entry, version 2 a module.
const { AutoModelForCausalLM, AutoTokenizer, Tensor, env } = loaded.env === undefined ? loaded.default : loaded;
env.allowRemoteModels = false;
env.allowLocalModels = true;
env.localModelPath = dirname(directory);
const old = env.version.startsWith('2.');
const name = basename(directory);

// Version 2 looks for `decoder_model_merged_quantized.onnx` unless told; version 3 needs no options.
const model = await AutoModelForCausalLM.from_pretrained(
  name,
  old ? { quantized: false, model_file_name: 'model' } : {},
);
const ids = (rows) => new Tensor('int64', BigInt64Array.from(rows.flat(), BigInt), [rows.length, rows[0].length]);
const greedy = { max_new_tokens: maxTokens, do_sample: false };
/** New tokens of prompts of one length; `masks` have 0 where a prompt was padded. */
async function generate(rows, masks) {
  if (old) return (await model.generate(ids(rows), greedy)).map((row) => Array.from(row, Number).slice(rows[0].length));
  const { data, dims } = await model.generate({ input_ids: ids(rows), attention_mask: ids(masks), ...greedy });
  return rows.map((row, index) => Array.from(data, Number).slice(index * dims[1] + row.length, (index + 1) * dims[1]));
}
const longest = Math.max(...prompts.map((prompt) => prompt.length));
const padding = (prompt) => new Array(longest - prompt.length).fill(0);
const sequences = [];
if (padded) {
  const rows = prompts.map((prompt) => [...padding(prompt), ...prompt]);
  sequences.push(
    ...(await generate(
      rows,
      prompts.map((prompt) => [...padding(prompt), ...prompt.map(() => 1)]),
    )),
  );
} else {
  for (const prompt of prompts) sequences.push(...(await generate([prompt], [prompt.map(() => 1)])));
}
const text = process.argv[3];
const encoded =
  text === undefined
    ? undefined
    : Array.from((await (await AutoTokenizer.from_pretrained(name))(text)).input_ids.data, Number);
console.log(JSON.stringify({ version: env.version, sequences, encoded }));
