import { readFile } from 'node:fs/promises';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/** What `publint --strict` finds in an archive. */
export async function publishingProblems(archive: string): Promise<string[]> {
  const bytes = await readFile(archive);
  const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
  // Suggestions too: there is none that we do not follow.
  return messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code);
}
