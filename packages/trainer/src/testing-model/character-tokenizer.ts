import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ProfitError, type Tokenizer } from '@profit-sft/core';

/** Characters as tokens; the last id ends a text. No chat template. */
export function characterTokenizer(alphabet: string): Tokenizer {
  const characters = [...alphabet];
  const refuse = (): never => {
    throw new ProfitError('model', 'the character tokenizer has no chat template');
  };
  return {
    vocabularySize: characters.length + 1,
    beginId: undefined,
    endId: characters.length,
    specialIds: [characters.length],
    hasChatTemplate: false,
    encode: (text) => Int32Array.from([...text], (character) => characters.indexOf(character)),
    decode: (tokens) => Array.from(tokens, (token) => characters[token] ?? '').join(''),
    tokenText: (token) => characters[token] ?? '<end>',
    renderConversation: refuse,
    encodeConversation: refuse,
    save: async (directory) => writeFileSync(join(directory, 'tokenizer.json'), JSON.stringify({ alphabet })),
  };
}
