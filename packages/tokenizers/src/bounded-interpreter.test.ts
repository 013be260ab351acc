/** What a chat template may do: it comes with a model, and nobody vouches for it. */
import { describe, expect, test } from 'vitest';
import { ProfitError } from '@profit-sft/core';
import { parseChatTemplate } from './chat-template.js';

const messages = Array.from({ length: 1000 }, (_, index) => ({
  role: index % 2 === 0 ? 'user' : 'assistant',
  content: `message ${index} `.repeat(20),
}));
const render = (template: string): string =>
  parseChatTemplate(template, 'chat_template.jinja').render({ messages, x: 'ab' }).text;

function refusal(template: string): string {
  const before = process.cpuUsage();
  try {
    render(template);
  } catch (error) {
    expect(ProfitError.isInstance(error), String(error)).toBe(true);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6, 'seconds').toBeLessThan(20);
    return (error as Error).message;
  }
  return expect.fail('should be refused');
}

test('a long conversation is far from the bounds', () => {
  const template =
    "{% for m in messages %}{% set before = messages[:loop.index0] | length %}{{ '<|' ~ m.role ~ '|>' ~ (m.content | trim) ~ before }}" +
    "{% if m.role == 'assistant' and loop.last %}!{% endif %}{% endfor %}";
  expect(render(template).length).toBeGreaterThan(200_000);
});

describe('work is bounded', () => {
  test.each([
    '{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}',
    '{% for a in range(1000) %}{% for b in messages %}{% for c in messages %}x{% endfor %}{% endfor %}{% endfor %}',
    '{% macro f(n) %}{% if n > 0 %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(40) }}',
    '{% for a in range(100000) %}{{ [unknown, unknown] }}{% endfor %}',
    '{% set ns = namespace(x=[1, 2]) %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}',
  ])('%s', (template) => {
    expect(refusal(template)).toMatch(/more than 5000000 steps/);
  });

  test.each([
    "{% set ns = namespace(x='ab') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}{{ ns.x }}",
    "{% set ns = namespace(x='aaaaaaaaaa') %}{% for i in range(20) %}{% set ns.x = ns.x | replace('a', ns.x) %}{% endfor %}",
  ])('%s', (template) => {
    expect(refusal(template)).toMatch(/more than 5\d+ (steps|characters)|Invalid string length/);
  });

  test('recursion that does not end', () => {
    expect(refusal('{% macro f(n) %}{{ f(n + 1) }}{% endmacro %}{{ f(1) }}')).toContain('the chat template fails');
  });

  test('the template itself', () => {
    expect(refusal('a'.repeat(1_000_001))).toContain('more than 1000000 characters');
  });
});

test.each([
  "{{ ''.constructor.constructor('return process')() }}",
  "{{ range.constructor('return process')() }}",
  "{{ x.__proto__.polluted }}{{ messages['constructor']['prototype'] }}",
  '{% set x.__proto__ = 1 %}',
])('%s reaches nothing of JavaScript', (template) => {
  let text = '';
  try {
    text = render(template);
  } catch (error) {
    expect(ProfitError.isInstance(error), String(error)).toBe(true);
  }
  expect(text.trim()).toBe('');
  expect('polluted' in {}).toBe(false);
});
