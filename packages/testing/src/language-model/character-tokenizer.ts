import { type Tokenizer } from '@profit-sft/core';

const firstCharacter = 32;
const printable = 95;
const special = ['<s>', '</s>', '<unk>'];

function withoutTemplate(): never {
  throw new Error('the tokenizer of the testing kit has no chat template');
}

/** Printable ASCII characters and the line break as tokens; ids 0 to 2 are `<s>`, `</s>` and `<unk>`. */
export function characterTokenizer(): Tokenizer {
  const idOf = (character: string): number => {
    if (character === '\n') return special.length + printable;
    const offset = character.codePointAt(0)! - firstCharacter;
    return offset >= 0 && offset < printable ? special.length + offset : 2;
  };
  const tokenText = (id: number): string => {
    if (id < special.length) return special[id];
    return id === special.length + printable ? '\n' : String.fromCodePoint(firstCharacter + id - special.length);
  };
  return {
    vocabularySize: special.length + printable + 1,
    beginId: 0,
    endId: 1,
    specialIds: [0, 1, 2],
    hasChatTemplate: false,
    encode: (text, { addSpecialTokens = true } = {}) =>
      Int32Array.from([...(addSpecialTokens ? [0] : []), ...[...text].map(idOf)]),
    decode: (tokens, { skipSpecialTokens = true } = {}) =>
      Array.from(tokens)
        .filter((id) => !skipSpecialTokens || id >= special.length)
        .map(tokenText)
        .join(''),
    tokenText,
    renderConversation: withoutTemplate,
    encodeConversation: withoutTemplate,
    save: () => Promise.reject(new Error('the tokenizer of the testing kit cannot be saved')),
  };
}
