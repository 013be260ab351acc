/**
 * Generates with Transformers.js alone, in a process of its own: it brings an older ONNX Runtime, which a process that has
 * loaded ours would not load. Takes a JSON request as its argument, prints the answer as JSON.
 */
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { installation, packageName, directory, prompts, maxTokens } = JSON.parse(process.argv[2]);
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
const sequences = [];
for (const prompt of prompts) {
  const tokens = old
    ? (await model.generate(ids([prompt]), greedy))[0]
    : (await model.generate({ input_ids: ids([prompt]), attention_mask: ids([prompt.map(() => 1)]), ...greedy })).data;
  sequences.push(Array.from(tokens, Number).slice(prompt.length));
}
const text = process.argv[3];
const encoded =
  text === undefined
    ? undefined
    : Array.from((await (await AutoTokenizer.from_pretrained(name))(text)).input_ids.data, Number);
console.log(JSON.stringify({ version: env.version, sequences, encoded }));
