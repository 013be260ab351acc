import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { repository } from './markdown-files.js';
import { code, markdownTable } from './markdown-table.js';

/** Text that may be broken over several lines, in one. */
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

function rowOf(member: ts.TypeElement): string[] {
  const name = `${member.name?.getText() ?? ''}${member.questionToken === undefined ? '' : '?'}`;
  const type = ts.isPropertySignature(member) ? member.type?.getText() : undefined;
  const signature = member.getText().slice(member.getText().indexOf('(')).replace(/;$/, '');
  const comments = ts.getJSDocCommentsAndTags(member).filter(ts.isJSDoc);
  const meaning = oneLine(comments.map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '').join(' '));
  if (meaning === '') throw new Error(`${name} in ${member.getSourceFile().fileName} has no comment`);
  return [code(name), code(oneLine(type ?? signature)), meaning];
}

/**
 * Members of interfaces with their types and comments, in one table: options that no schema describes.
 *
 * @param interfaces names, by the path of their source in the repository
 * @throws Error where an interface is not there, or a member has no comment
 */
export function interfaceTable(interfaces: Readonly<Record<string, string>>): string {
  const rows = Object.entries(interfaces).flatMap(([path, name]) => {
    const text = readFileSync(join(repository, path), 'utf8');
    const { statements } = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    const declaration = statements.filter(ts.isInterfaceDeclaration).find((found) => found.name.text === name);
    if (declaration === undefined) throw new Error(`${path} has no interface ${name}`);
    return declaration.members.map(rowOf);
  });
  return markdownTable(['option', 'type', 'meaning'], rows);
}
