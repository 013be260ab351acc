import type { HumanevalProblem } from './humaneval-problem.js';

/** What is asked for where the model has a chat template. */
export function chatPrompt({ prompt }: HumanevalProblem): string {
  return (
    'Complete the following Python function. Answer with the whole function, with its imports and helper functions, in one Markdown code ' +
    `block.\n\n\`\`\`python\n${prompt.trimEnd()}\n\`\`\``
  );
}

/** Blocks of Markdown; one that the answer breaks off in goes to its end. */
const codeBlock = /^[ \t]*```[ \t]*(?:python3?|py)?[ \t]*\n([\s\S]*?)(?:^[ \t]*```|$(?![\s\S]))/gim;

/**
 * The code of a chat answer, as what follows the prompt. The first block that defines the function is the program (it comes after the prompt, whose
 * imports and helper functions it may rely on, and defines the function anew); without one, the first block; without any, the text.
 */
export function codeOfAnswer(text: string, { entryPoint }: HumanevalProblem): string {
  const blocks = [...text.matchAll(codeBlock)].map(([, code]) => code);
  const defines = new RegExp(String.raw`^(?:async )?def\s+${entryPoint}\b`, 'm');
  const code = blocks.find((block) => defines.test(block)) ?? blocks[0] ?? text;
  // The prompt ends in the function's description: a body must follow before another definition.
  return defines.test(code) ? `\n    pass\n\n${code}` : code;
}
