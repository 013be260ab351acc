import { bashCommands } from './bash-commands.js';
import { codeBlocks, type MarkdownFile } from './markdown-files.js';

export interface DocumentedCommand {
  readonly page: string;
  readonly words: readonly string[];
  /** As it is named in a test or a list. */
  readonly text: string;
}

/** The commands in the `sh` blocks of pages, each once a page. */
export async function documentedCommands(pages: readonly MarkdownFile[]): Promise<DocumentedCommand[]> {
  const ofPages = pages.map(async ({ path, text }) => {
    const blocks = await Promise.all(codeBlocks(text, 'sh').map(bashCommands));
    const commands = new Map(blocks.flat().map((words) => [words.join(' ').replace(/\s+/g, ' '), words]));
    return [...commands].map(([command, words]) => ({ page: path, words, text: command }));
  });
  return (await Promise.all(ofPages)).flat();
}
