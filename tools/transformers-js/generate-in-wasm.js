/**
 * Continues one prompt greedily, a token at a time, on ONNX Runtime's WebAssembly build, which browsers run and version 3 of
 * Transformers.js brings along. Takes a JSON request as its argument, prints the new tokens as JSON.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { installation, directory, prompts, maxTokens } = JSON.parse(process.argv[2]);
const entry = createRequire(join(installation, 'package.json')).resolve('onnxruntime-web');
const loaded = await import(pathToFileURL(entry).href);
const { env, InferenceSession, Tensor } = loaded.env === undefined ? loaded.default : loaded;
env.wasm.numThreads = 1;

const config = JSON.parse(await readFile(join(directory, 'config.json'), 'utf8'));
const session = await InferenceSession.create(await readFile(join(directory, 'onnx/model.onnx')), {
  executionProviders: ['wasm'],
});
const empty = [1, config.num_key_value_heads, 0, config.head_dim];
const int64 = (values) => new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
const named = (prefix) => (name) => name.startsWith(prefix);
const [prompt] = prompts;
const tokens = [];
let past = session.inputNames
  .filter(named('past_key_values.'))
  .map((name) => [name, new Tensor('float32', new Float32Array(0), empty)]);
let next = prompt;
while (tokens.length < maxTokens) {
  const seen = prompt.length + tokens.length;
  const outputs = await session.run({
    ...Object.fromEntries(past),
    input_ids: int64(next),
    attention_mask: int64(new Array(seen).fill(1)),
    position_ids: int64(next.map((_, index) => seen - next.length + index)),
  });
  const logits = outputs.logits.data.subarray(-config.vocab_size);
  next = [logits.reduce((best, value, id) => (value > logits[best] ? id : best), 0)];
  tokens.push(...next);
  past = session.outputNames
    .filter(named('present.'))
    .map((name) => [name.replace('present', 'past_key_values'), outputs[name]]);
}
console.log(JSON.stringify({ version: env.versions.web, sequences: [tokens] }));
