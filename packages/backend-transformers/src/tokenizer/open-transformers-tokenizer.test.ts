/** Tokenizers and chat templates by Transformers.js against our own, which are held to published values in `packages/tokenizers`. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Message } from '@profit-sft/core';
import { openTokenizer } from '@profit-sft/tokenizers';
import { findInstallation } from '../installation/find-installation.js';
import { answerInProcess } from '../testing/answer-in-process.js';
import { hasSharedData, sharedData } from '../testing/fixtures.js';
import { hasInstallations, installationFolders } from '../testing/installations.js';
import { answersOf, type TokenizerAnswers, type TokenizerQuestions } from '../testing/tokenizer-answers.js';
import { openTransformersTokenizer } from './open-transformers-tokenizer.js';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'profit-transformers-tokenizer-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a missing Transformers.js says what to install', async () => {
  await expect(openTransformersTokenizer(folder, { installation: folder })).rejects.toThrow(
    /Install it with: npm install/,
  );
});

const names = ['gpt2', 'olmo2', 'smollm2', 'qwen2.5', 'qwen3', 'stories260K'];

/** A copy of a real tokenizer with the files that Transformers.js asks for, and `files` instead of its own. */
async function tokenizerDirectory(name: string, files: Record<string, string> = {}, as = name): Promise<string> {
  const source =
    name === 'stories260K' ? join(sharedData, 'models/stories260K/hf') : join(sharedData, 'tokenizers', name);
  const present = await readdir(source);
  const directory = join(folder, as);
  await mkdir(directory);
  const parts: Record<string, string | Buffer> = {
    // What the others lack.
    'tokenizer_config.json': JSON.stringify({ tokenizer_class: 'GPT2Tokenizer', clean_up_tokenization_spaces: false }),
  };
  for (const file of ['tokenizer.json', 'tokenizer_config.json', 'chat_template.jinja']) {
    if (present.includes(file)) parts[file] = await readFile(join(source, file));
    else if (present.includes(`${file}.gz`)) parts[file] = gunzipSync(await readFile(join(source, `${file}.gz`)));
  }
  for (const [file, content] of Object.entries({ ...parts, ...files })) await writeFile(join(directory, file), content);
  return directory;
}

const spoken: Message[] = [
  { role: 'system', content: 'Be brief. ☃' },
  { role: 'user', content: 'naïve café 你好 😀?' },
  { role: 'assistant', content: '  indented, né 😀\n\n' },
  { role: 'user', content: 'de\u0301ja' },
  { role: 'assistant', content: 'vu' },
];

/** Every text of the published cases, some prose, and conversations. */
async function questionsTo(directory: string): Promise<TokenizerQuestions> {
  const file = join(sharedData, 'conformance/tokenization_cases_transformersjs.json');
  const published = JSON.parse(await readFile(file, 'utf8')) as Record<
    string,
    { cases: Record<string, { text: string }> }
  >;
  const texts = Object.values(published).flatMap(({ cases }) => Object.values(cases).map(({ text }) => text));
  const prose = (await readFile(join(sharedData, 'text/war-and-peace.txt'), 'utf8')).slice(0, 20_000);
  return { directory, texts: [...new Set(texts), prose], conversations: [spoken.slice(0, 2), spoken, spoken.slice(1)] };
}

interface PublishedTemplate {
  readonly name: string;
  readonly chat_template: string;
  readonly data: { readonly messages: readonly { readonly role: string; readonly content: unknown }[] };
}

/** Published templates that are given conversations of plain text, each with its own. */
async function publishedTemplates(): Promise<{ name: string; template: string; messages: Message[] }[]> {
  const file = join(sharedData, 'conformance/jinja_chat_template_e2e.json');
  const all = JSON.parse(await readFile(file, 'utf8')) as PublishedTemplate[];
  return all
    .filter(({ data }) => data.messages.every(({ content }) => typeof content === 'string'))
    .map(({ name, chat_template, data: { messages } }) => ({
      ...{ name, template: chat_template },
      messages: messages.map(({ role, content }) => ({ role, content: content as string })),
    }));
}

/** What version 2, which is older, does not read: an old form of `tokenizer.json` without `model.type`, and merges as pairs. */
const unknownToVersion2 = new Map([
  ['gpt2', /has no id for a token of the text/],
  ['qwen3', /@xenova\/transformers 2\.\d+\.\d+ does not open it/],
]);

/** Published templates that the older Jinja interpreter of version 2 does not parse, e.g. for the operator `~`. */
const unparsedByVersion2 = [
  'mistralai/Mistral-Nemo-Instruct-2407',
  'deepseek-ai/DeepSeek-R1',
  'MadeAgents/Hammer2.1',
  'Qwen/Qwen3-0.6B',
  'Qwen/Qwen3.5-4B',
  'CohereLabs/c4ai-command-a-03-2025',
  'openbmb/MiniCPM3-4B',
  'ai21labs/AI21-Jamba-Large-1.6',
  'HuggingFaceTB/SmolLM3-3B',
  'CohereLabs/command-a-reasoning-08-2025',
  'moonshotai/Kimi-K2-Thinking',
];

const absent = [
  ...(hasInstallations ? [] : ['PROFIT_TRANSFORMERS_JS']),
  ...(hasSharedData ? [] : ['PROFIT_TEST_DATA']),
].join(' and ');
const missing = absent === '' ? '' : ` (skipped where ${absent} is absent)`;

describe.skipIf(absent !== '')(`real tokenizers${missing}`, () => {
  let questions: TokenizerQuestions[];
  let own: TokenizerAnswers[];
  let templates: Awaited<ReturnType<typeof publishedTemplates>>;
  let templateQuestions: TokenizerQuestions[];
  let ofTemplates: TokenizerAnswers[];
  beforeAll(async () => {
    const answers = (asked: readonly TokenizerQuestions[]): Promise<TokenizerAnswers[]> =>
      Promise.all(asked.map(async (one) => answersOf(await openTokenizer(one.directory), one)));
    questions = [];
    for (const name of names) questions.push(await questionsTo(await tokenizerDirectory(name)));
    own = await answers(questions);
    templates = await publishedTemplates();
    templateQuestions = [];
    for (const [index, { template, messages }] of templates.entries()) {
      const directory = await tokenizerDirectory(
        'stories260K',
        { 'chat_template.jinja': template },
        `template ${index}`,
      );
      templateQuestions.push({ directory, texts: [], conversations: [messages] });
    }
    ofTemplates = await answers(templateQuestions);
  }, 120_000);

  test.each(hasInstallations ? installationFolders : ['none'])('%s: everything is as ours', async (installation) => {
    const version2 = findInstallation(installation).packageName === '@xenova/transformers';
    const theirs = await answerInProcess(installation, questions);
    names.forEach((name, index) => {
      const refused = version2 ? unknownToVersion2.get(name) : undefined;
      if (refused !== undefined) expect(theirs[index], name).toMatch(refused);
      // A hundred thousand names of tokens are slow to compare for the sake of a message.
      else if (!isDeepStrictEqual(theirs[index], own[index])) expect(theirs[index], name).toEqual(own[index]);
    });
    expect(own[0].texts.length).toBeGreaterThan(40);
    expect(own.filter(({ conversations }) => typeof conversations[1] !== 'string')).toHaveLength(3);
  });

  test.each(hasInstallations ? installationFolders : ['none'])('%s: published chat templates', async (installation) => {
    const theirs = await answerInProcess(installation, templateQuestions);
    const differing = templates.flatMap(({ name }, index) => {
      const here = ofTemplates[index].conversations[0];
      const answers = theirs[index];
      const there = typeof answers === 'string' ? answers : answers.conversations[0];
      // Both refuse some conversations, each in its words.
      if (typeof here === 'string' && typeof there === 'string') return [];
      return isDeepStrictEqual(here, there) ? [] : [[name, there]];
    });
    // Never another text or mark: version 2 does not parse some templates.
    expect(
      differing.filter(([, there]) => !/Unknown statement|Parser Error|Unexpected character/.test(String(there))),
    ).toEqual([]);
    const version2 = findInstallation(installation).packageName === '@xenova/transformers';
    expect(differing.map(([name]) => name)).toEqual(version2 ? unparsedByVersion2 : []);
    expect(ofTemplates.filter(({ conversations }) => typeof conversations[0] !== 'string').length).toBeGreaterThan(30);
  });
});
