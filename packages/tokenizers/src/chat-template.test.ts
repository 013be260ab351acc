import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidModelError, ProfitError } from '@profit-sft/core';
import { describe, expect, test } from 'vitest';
import { parseChatTemplate } from './chat-template.js';
import type { Span } from './generation-spans.js';
import { ConversationError } from './conversation-error.js';
import { hasTestData, testData } from './testing-fixtures/test-data.js';

const now = (): Date => new Date(2025, 6, 10, 12);

function render(template: string, variables: Record<string, unknown> = {}) {
  return parseChatTemplate(template, 'template.jinja', now).render(variables);
}

function generated(template: string, variables: Record<string, unknown> = {}): string[] {
  const { text, generated: spans } = render(template, variables);
  return (spans ?? []).map(([start, end]) => text.slice(start, end));
}

describe('rendering as transformers does', () => {
  test('trims the newline after a block and the indent before one', () => {
    expect(render('a\n  {% if true %}\nb\n  {% endif %}\nc\n').text).toBe('a\nb\nc');
  });

  test('CRLF templates render like LF templates', () => {
    expect(render('{% if true %}\r\nb\r\n{% endif %}\r\nc').text).toBe('b\nc');
  });

  test('raise_exception is a data error with the template’s message', () => {
    const attempt = (): unknown => render("{{ raise_exception('roles must alternate') }}");
    expect(attempt).toThrow(ConversationError);
    expect(attempt).toThrow('roles must alternate');
    try {
      attempt();
    } catch (error) {
      expect(ProfitError.isInstance(error) && error.kind).toBe('data');
    }
  });

  test('strftime_now uses the given clock', () => {
    expect(render("{{ strftime_now('%d %b %Y') }}").text).toBe('10 Jul 2025');
  });

  test.each([
    ["{{ '\\n  x \\n'.lstrip('\\n') }}|", '  x \n|'],
    ["{{ '\\n  x \\n'.rstrip('\\n') }}|", '\n  x |'],
    ["{{ 'xxaxbxx'.strip('x') }}|", 'axb|'],
    ["{{ ('  a ' + '\\n').strip() }}|", 'a|'],
    ["{% set p = ['\\n  x'] %}{{ p[0].split('|')[-1].lstrip('\\n') }}", '  x'],
  ])('strips the given characters only: %s', (template, expected) => {
    expect(render(template).text).toBe(expected);
  });

  test('a template cannot make an endless range', () => {
    expect(() => render('{% for i in range(1000000000) %}x{% endfor %}')).toThrow('longer than 100000');
    expect(render('{{ range(5, 0, -2) | join(",") }}').text).toBe('5,3,1');
  });

  test('a template that does not parse is a model error that names its file', () => {
    expect(() => parseChatTemplate('{% if %}', 'dir/chat_template.jinja')).toThrow(InvalidModelError);
    expect(() => parseChatTemplate('{% if %}', 'dir/chat_template.jinja')).toThrow('dir/chat_template.jinja');
  });
});

describe('{% generation %}', () => {
  test('without the tag there are no spans', () => {
    expect(render('{{ 1 }}').generated).toBeUndefined();
    expect(parseChatTemplate('{# {% generation %} #}x', 't').marksGeneration).toBe(false);
  });

  test.each([
    ['a {% generation %} b {% endgeneration %} c', 'a  b  c', [' b ']],
    ['a {%- generation %} b {% endgeneration -%} c', 'a b c', [' b ']],
    ['a {% generation -%} b {%- endgeneration %} c', 'a b c', ['b']],
    ['a {%- generation -%} b {%- endgeneration -%} c', 'abc', ['b']],
    ['a\n  {% generation %}\nb\n  {% endgeneration %}\nc', 'a\nb\nc', ['b\n']],
    ['a {% generation %}\n  {{- "b" }}{% endgeneration %}', 'a b', ['b']],
  ])('%j', (template, text, spans) => {
    expect(render(template).text).toBe(text);
    expect(generated(template)).toEqual(spans);
  });

  test('private-use characters in the conversation are kept', () => {
    const template = '{% for m in messages %}[{% generation %}{{ m }}{% endgeneration %}]{% endfor %}';
    const messages = ['\ue000x\ue001', '\ue002'];
    expect(render(template, { messages }).text).toBe('[\ue000x\ue001][\ue002]');
    expect(generated(template, { messages })).toEqual(messages);
  });

  test('spans count UTF-16 units', () => {
    expect(render('😀{% generation %}é{% endgeneration %}').generated).toEqual([[2, 3]]);
  });

  test('nested blocks are refused', () => {
    const nested = '{% generation %}a{% generation %}b{% endgeneration %}{% endgeneration %}';
    expect(() => render(nested)).toThrow(ConversationError);
  });
});

interface Golden {
  template: string;
  context: string;
  output?: string;
  error?: string;
  message?: string;
  assistant_char_spans?: [number, number][];
}

/**
 * Templates whose rendering of a missing value or of text as a list relies on Python: an undefined `tools` loops as
 * empty, a string is iterated or filtered as a sequence of characters. All are tool or vision templates.
 */
const pythonOnly = [
  'CohereForAI-c4ai-command-r-plus-tool_use',
  'NousResearch-Hermes-2-Pro-Llama-3-8B-tool_use',
  'NousResearch-Hermes-3-Llama-3.1-8B-tool_use',
  'meetkai-functionary-medium-v3.1',
  'idefics3',
  'llava_next',
];
const pythonOnlyRows = [
  // Python's repr of a list of parts, and filters over it; our contract takes text as content.
  (golden: Golden) => golden.context === 'content_parts',
  (golden: Golden) => golden.template.includes('meetkai-functionary-medium-v3.2') && golden.context === 'tools_gen',
  (golden: Golden) => pythonOnly.some((name) => golden.template.includes(name)),
];

describe.skipIf(!hasTestData)('templates in the wild', () => {
  const goldens = hasTestData
    ? (JSON.parse(readFileSync(join(testData, 'chat_templates/goldens_python_jinja2.json'), 'utf8')) as {
        contexts: Record<string, Record<string, unknown>>;
        cases: Golden[];
      })
    : { contexts: {}, cases: [] };

  const source = (name: string): string | undefined => {
    const [file, key] = name.split('#');
    const path = join(testData, file);
    if (!existsSync(path)) return undefined;
    const text = readFileSync(path, 'utf8');
    return key === undefined ? text : (JSON.parse(text) as Record<string, string>)[key];
  };
  const codePoints = (text: string, [start, end]: Span): [number, number] => [
    Array.from(text.slice(0, start)).length,
    Array.from(text.slice(0, end)).length,
  ];

  test('equal Python Jinja2’s text and assistant spans, but for the listed rows', () => {
    let [equal, equalSpans, listed] = [0, 0, 0];
    const wrong: string[] = [];
    for (const golden of goldens.cases) {
      const template = source(golden.template);
      if (golden.output === undefined || template === undefined) continue;
      let found: string;
      let spansAgree = true;
      try {
        const rendered = parseChatTemplate(template, golden.template, now).render(goldens.contexts[golden.context]);
        found = rendered.text;
        const spans = (rendered.generated ?? []).map((span) => codePoints(rendered.text, span));
        const wanted = (golden.assistant_char_spans ?? []).filter(([start, end]) => end > start);
        spansAgree = JSON.stringify(spans) === JSON.stringify(wanted);
        if (found === golden.output && spansAgree && wanted.length > 0) equalSpans++;
      } catch (error) {
        found = (error as Error).message;
      }
      if (found === golden.output && spansAgree) equal++;
      else if (pythonOnlyRows.some((excuse) => excuse(golden))) listed++;
      else wrong.push(`${golden.template} ${golden.context}`);
    }
    expect(wrong).toEqual([]);
    expect(equal).toBeGreaterThanOrEqual(1256);
    expect(equalSpans).toBeGreaterThanOrEqual(264);
    expect(listed).toBeLessThanOrEqual(111);
  });

  test('refuse what Python refuses, with the same message', () => {
    let refused = 0;
    for (const golden of goldens.cases) {
      const template = source(golden.template);
      if (golden.error !== 'TemplateError' || template === undefined) continue;
      const parsed = parseChatTemplate(template, golden.template, now);
      expect(() => parsed.render(goldens.contexts[golden.context])).toThrow(golden.message);
      refused++;
    }
    expect(refused).toBeGreaterThan(30);
  });

  const endToEnd = hasTestData
    ? (JSON.parse(readFileSync(join(testData, 'conformance/jinja_chat_template_e2e.json'), 'utf8')) as {
        group: string;
        name: string;
        chat_template: string;
        data: Record<string, unknown>;
        target: string;
      }[])
    : [];

  test.each(endToEnd.map((entry) => [`${entry.group} ${entry.name}`, entry] as const))('%s', (_, entry) => {
    expect(parseChatTemplate(entry.chat_template, entry.name, now).render(entry.data).text).toBe(entry.target);
  });
});
