import { describe, expect, test } from 'vitest';
import { chatPrompt, codeOfAnswer } from './code-answer.js';

const problem = {
  task: 't',
  prompt: 'def add(a, b):\n    """Adds."""\n',
  test: 'def check(candidate): pass',
  entryPoint: 'add',
};
const body = 'def add(a, b):\n    return a + b\n';
const after = `\n    pass\n\n${body}`;

test('the prompt asks for the function in a block', () => {
  expect(chatPrompt(problem)).toMatch(/whole function.*\n\n```python\ndef add\(a, b\):\n {4}"""Adds\."""\n```$/s);
});

describe('the code of an answer', () => {
  test.each([
    ['a block', `Sure:\n\`\`\`python\n${body}\`\`\`\nIt adds.`, after],
    ['a block without language', `\`\`\`\n${body}\`\`\``, after],
    ['a block that breaks off', `\`\`\`py\n${body}`, after],
    [
      'the block that defines the function, not the first',
      `\`\`\`\nadd(1, 2)\n\`\`\`\nso\n\`\`\`python\n${body}\`\`\``,
      after,
    ],
    ['code without a block', body, after],
    ['a body alone, as a completion', '```python\n    return a + b\n```', '    return a + b\n'],
    ['text', '    return a + b', '    return a + b'],
    ['nothing', '', ''],
  ])('%s', (_, text, code) => expect(codeOfAnswer(text, problem)).toBe(code));

  test('of a megabyte of fences comes at once', () => {
    const before = process.cpuUsage();
    for (const text of [
      '```\n'.repeat(250_000),
      '```python\nx'.repeat(90_000),
      '`'.repeat(1_000_000),
      ' '.repeat(1_000_000),
    ]) {
      expect(typeof codeOfAnswer(text, problem)).toBe('string');
    }
    expect(process.cpuUsage(before).user / 1000, 'milliseconds of the processor').toBeLessThan(5000);
  });
});
