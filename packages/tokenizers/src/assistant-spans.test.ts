import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Message } from '@profit-sft/core';
import { describe, expect, test } from 'vitest';
import { assistantSpansByPrefix } from './assistant-spans.js';
import { chatMl } from './testing-fixtures/byte-level-tokenizer.js';
import { parseChatTemplate } from './chat-template.js';
import { hasTestData, testData } from './testing-fixtures/test-data.js';

function turns(source: string, messages: readonly Message[]): string[] {
  const template = parseChatTemplate(source, 'template');
  const render = (part: readonly Message[], addGenerationPrompt: boolean): string =>
    template.render({
      messages: part,
      add_generation_prompt: addGenerationPrompt,
      tools: null,
      bos_token: '<s>',
      eos_token: '</s>',
    }).text;
  const whole = render(messages, false);
  const endsSpecial = (text: string): boolean =>
    /(<\|im_end\|>|<\|end\|>|<\/s>|<\|eot_id\|>|<｜end▁of▁sentence｜>)$/.test(text);
  return assistantSpansByPrefix(messages, whole, render, endsSpecial).map(([start, end]) => whole.slice(start, end));
}

const dialogue: Message[] = [
  { role: 'user', content: 'Hi' },
  { role: 'assistant', content: 'Hello.' },
  { role: 'user', content: 'Bye' },
  { role: 'assistant', content: 'Goodbye. ' },
];

test('ChatML: content and end-of-turn token, without the newline behind it', () => {
  expect(turns(chatMl, dialogue)).toEqual(['Hello.<|im_end|>', 'Goodbye. <|im_end|>']);
});

test('white space at the end of a turn without an end-of-turn token is the turn’s', () => {
  const plain =
    '{% for m in messages %}{{ m.role }}: {{ m.content }}{% endfor %}{% if add_generation_prompt %}assistant: {% endif %}';
  expect(turns(plain, dialogue)).toEqual(['Hello.', 'Goodbye. ']);
});

test('a generation prompt that goes further than the turn’s header stops where they part', () => {
  const thinking = chatMl.replace("'<|im_start|>assistant\\n' }}", "'<|im_start|>assistant\\n<think>\\n' }}");
  // The answer begins like the rest of the generation prompt; it must not be taken for it.
  const messages = [dialogue[0], { role: 'assistant', content: '<think less>' }];
  expect(turns(thinking, messages)).toEqual(['<think less><|im_end|>']);
});

test('a template that marks only the end of the conversation is refused', () => {
  const last = '{% for m in messages %}[{{ m.role }}]{{ m.content }}{% if loop.last %}</s>{% endif %}{% endfor %}';
  expect(() => turns(last, dialogue)).toThrow('not prefix-stable');
  expect(() => turns(last, dialogue.slice(0, 2))).toThrow('not prefix-stable');
});

test('an end of the conversation that begins like the next turn’s header', () => {
  const closing = `${chatMl}{% if not add_generation_prompt %}<|im_start|>end{% endif %}`;
  expect(turns(closing, dialogue)).toEqual(['Hello.<|im_end|>', 'Goodbye. <|im_end|>\n<|im_start|>end']);
});

test('a template that counts the turns ahead is refused, with the way out', () => {
  const counting = `{{ messages | length }}${chatMl}`;
  expect(() => turns(counting, dialogue)).toThrow('{% generation %}');
  expect(() => turns(counting, dialogue)).toThrow('message 2');
});

describe.skipIf(!hasTestData)('published templates', () => {
  const read = (name: string): string => readFileSync(join(testData, 'chat_templates', name), 'utf8');

  test('Qwen3, which drops earlier thinking once a later turn follows', () => {
    expect(turns(read('trl/qwen3.jinja'), dialogue)).toEqual([
      'Hello.<|im_end|>',
      '<think>\n\n</think>\n\nGoodbye. <|im_end|>',
    ]);
    const thinking = [
      dialogue[0],
      { role: 'assistant', content: '<think>\nhm\n</think>\n\nHello.' },
      ...dialogue.slice(2),
    ];
    expect(turns(read('trl/qwen3.jinja'), thinking)[0]).toBe('Hello.<|im_end|>');
  });

  test.each([
    ['trl/qwen2_5.jinja', ['Hello.<|im_end|>', 'Goodbye. <|im_end|>']],
    ['trl/llama3.jinja', ['Hello.<|eot_id|>', 'Goodbye.<|eot_id|>']],
    ['trl/phi3.jinja', ['Hello.<|end|>', 'Goodbye. <|end|>\n</s>']],
    ['llama.cpp/meta-llama-Llama-3.2-3B-Instruct.jinja', ['Hello.<|eot_id|>', 'Goodbye.<|eot_id|>']],
  ])('%s', (name, expected) => {
    expect(turns(read(name), dialogue)).toEqual(expected);
  });

  test('gpt-oss ends the last turn differently and is refused', () => {
    expect(() => turns(read('trl/gptoss.jinja'), dialogue)).toThrow('not prefix-stable');
    expect(turns(read('trl/gptoss.jinja'), dialogue.slice(0, 2))).toHaveLength(1);
  });

  test.each([
    'trl/gemma.jinja',
    'trl/glm4moe.jinja',
    'trl/qwen3_instruct_2507.jinja',
    'llama.cpp/deepseek-ai-DeepSeek-R1-Distill-Llama-8B.jinja',
    'llama.cpp/mistralai-Mistral-Nemo-Instruct-2407.jinja',
  ])('%s: each turn holds its content and nothing of the user’s', (name) => {
    const found = turns(read(name), dialogue);
    expect(found).toHaveLength(2);
    expect(found[0]).toContain('Hello.');
    expect(found[1]).toContain('Goodbye.');
    expect(found.join('')).not.toMatch(/Hi|Bye|user/);
  });
});
