/** Where a sentence ends: a full stop that is no decimal point, or a line. `I hope it is correct` is Minerva's closing phrase. */
const sentenceEnd = /\.(?=\s|$)(?![^$]*\$(?:[\s.]|$))|\n\n|\s*I hope it is/u;

/** The last statements count, and an answer is not longer than this. */
const mostStatements = 4;
const longestStatement = 1_000;

/** What follows a phrase to the end of the sentence, the last first. */
function after(text: string, phrase: RegExp): string[] {
  return [...text.matchAll(phrase)]
    .slice(-mostStatements)
    .reverse()
    .map((match) => {
      const start = match.index + match[0].length;
      const rest = text.slice(start, start + longestStatement);
      const end = rest.search(sentenceEnd);
      return (end === -1 ? rest : rest.slice(0, end)).trim();
    });
}

/** What a response calls its answer: after `final answer`, and after `answer is` or `answer:`. */
export function statedAnswers(text: string): { final: string[]; other: string[] } {
  return {
    final: after(text, /\bfinal answer(?:\s+is)?\s*:?/giu),
    other: after(text, /\banswer\s*(?:is|:|=)\s*:?/giu),
  };
}
