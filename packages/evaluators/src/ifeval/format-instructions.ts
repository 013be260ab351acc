import { countBulletPoints } from './count-bullet-points.js';
import { countHighlights } from './count-highlights.js';
import { instruction, type Instruction } from './instruction.js';
import { isPythonJson } from './python-json.js';
import { literalPattern, strip, stripCharacters, whitespace } from './python-text.js';

const constrainedResponses = ['My answer is yes.', 'My answer is no.', 'My answer is maybe.'];

/** Whether some line has `<<…>>` with more than angle brackets and white space inside. */
function hasTitle(text: string): boolean {
  return text.split('\n').some((line) => {
    const start = line.indexOf('<<');
    // The longest title of a line goes to its last `>>`, and has at least one character.
    const end = line.lastIndexOf('>>');
    return start >= 0 && end > start + 2 && strip(stripCharacters(line.slice(start, end + 2), '<', '>')) !== '';
  });
}

/** JSON, bare or in a Markdown code block. */
function isJsonDocument(response: string): boolean {
  let text = strip(response);
  for (const fence of ['```json', '```Json', '```JSON', '```']) {
    if (text.startsWith(fence)) text = text.slice(fence.length);
  }
  if (text.endsWith('```')) text = text.slice(0, -3);
  return isPythonJson(strip(text));
}

export const formatInstructions: readonly Instruction[] = [
  {
    id: 'detectable_format:number_bullet_lists',
    prepare(given) {
      const expected = given.count('num_bullets');
      return (response) => countBulletPoints(response) === expected;
    },
  },
  instruction('detectable_format:constrained_response', (response) =>
    constrainedResponses.some((option) => response.includes(option)),
  ),
  {
    id: 'detectable_format:number_highlighted_sections',
    prepare(given) {
      const least = given.count('num_highlights');
      return (response) => countHighlights(response) >= least;
    },
  },
  {
    // A section begins with the word and a number: `Section 1`.
    id: 'detectable_format:multiple_sections',
    prepare(given) {
      const word = literalPattern(strip(given.text('section_spliter')));
      const start = new RegExp(`${word}[${whitespace}]?\\p{Nd}+`, 'gu');
      const least = given.count('num_sections');
      return (response) => (response.match(start)?.length ?? 0) >= least;
    },
  },
  instruction('detectable_format:json_format', isJsonDocument),
  instruction('detectable_format:title', hasTitle),
];
