import { join } from 'node:path';
import ts from 'typescript';
import { codeBlockContexts } from './code-block-context.js';
import { codeBlocks, repository, type MarkdownFile } from './markdown-files.js';

/** Files that are compiled, by path. They are nowhere on the disk. */
function filesOfPage({ path, text }: MarkdownFile): Map<string, string> {
  const { files = {}, declarations = '', joined } = codeBlockContexts[path] ?? {};
  const blocks = [...codeBlocks(text, 'ts'), ...codeBlocks(text, 'js')];
  const folder = join(repository, 'tools', 'docs', 'code-blocks', path.replace(/\.md$/, ''));
  const sources = joined === true ? [blocks.join('\n')] : blocks;
  // On the line of the block's first line, so that line numbers are the block's.
  const declared = declarations === '' ? '' : `${declarations.replaceAll('\n', ' ')} `;
  const entries = [
    ...sources.map((source, index): [string, string] => [`block-${index + 1}.ts`, declared + source]),
    ...Object.entries(files).map(([name, content]): [string, string] => [
      name,
      typeof content === 'number' ? blocks[content] : content,
    ]),
  ];
  return new Map(entries.map(([name, content]) => [join(folder, name), content]));
}

/**
 * Compiles the blocks of TypeScript and JavaScript of pages against the sources of the packages, strictly.
 *
 * @returns what is wrong, by the page's path; nothing for a page whose blocks compile
 */
export function compileCodeBlocks(pages: readonly MarkdownFile[]): Map<string, string[]> {
  const configuration = ts.getParsedCommandLineOfConfigFile(
    join(repository, 'tsconfig.base.json'),
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
        throw new Error(String(messageText));
      },
    },
  );
  const options: ts.CompilerOptions = {
    ...configuration?.options,
    moduleDetection: ts.ModuleDetectionKind.Force,
    configFilePath: undefined,
    declaration: false,
    sourceMap: false,
  };
  const pageOf = new Map<string, string>();
  const contents = new Map<string, string>();
  for (const page of pages) {
    for (const [file, content] of filesOfPage(page)) {
      pageOf.set(file, page.path);
      contents.set(file, content);
    }
  }
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile, directoryExists } = host;
  const folders = [...contents.keys()].join('\0');
  host.fileExists = (path) => contents.has(path) || fileExists(path);
  host.readFile = (path) => contents.get(path) ?? readFile(path);
  host.directoryExists = (path) => folders.includes(`${path}/`) || (directoryExists?.(path) ?? false);
  host.getSourceFile = (path, languageVersion, ...rest) => {
    const content = contents.get(path);
    return content === undefined
      ? getSourceFile(path, languageVersion, ...rest)
      : ts.createSourceFile(path, content, languageVersion);
  };
  const program = ts.createProgram([...contents.keys()], options, host);
  const wrong = new Map<string, string[]>();
  for (const [file, page] of pageOf) {
    const source = program.getSourceFile(file);
    if (source === undefined) throw new Error(`${file} is not in the program`);
    for (const diagnostic of [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]) {
      const line = source.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line + 1;
      const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n');
      wrong.set(page, [
        ...(wrong.get(page) ?? []),
        `${file.slice(file.lastIndexOf('/') + 1)}, line ${line}: ${message}`,
      ]);
    }
  }
  return wrong;
}
