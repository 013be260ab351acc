import type { Message } from '@profit-sft/core';
import type { Span } from './generation-spans.js';
import { ConversationError } from './conversation-error.js';
import { unusedCharacters } from './unused-characters.js';

export type RenderMessages = (messages: readonly Message[], addGenerationPrompt: boolean) => string;

function commonPrefixLength(a: string, b: string): number {
  const limit = Math.min(a.length, b.length);
  let length = 0;
  while (length < limit && a[length] === b[length]) length++;
  return length;
}

/** What follows the only occurrence of `marker`, and where that is; `undefined` unless there is exactly one. */
function splitAtMarker(text: string, marker: string): { at: number; after: string } | undefined {
  const at = text.indexOf(marker);
  if (at < 0 || text.indexOf(marker, at + 1) >= 0) return undefined;
  return { at, after: text.slice(at + marker.length) };
}

/**
 * Where each assistant turn lies in a conversation rendered by a template without `{% generation %}`: from the end of
 * `messages[0..i)` with a generation prompt to the end of `messages[0..i]`, where both are prefixes of the whole.
 *
 * Some templates render a turn differently once others follow it (Qwen3 drops earlier thinking, so the shorter
 * conversation is no prefix of the whole). Then the turn's content is replaced by a marker in both renderings, which
 * shows what the template puts behind any content: if the end of turn is the same in both, and the whole with its real
 * content ends in the same text, the turn's end follows without guessing. In all other cases this throws, since a
 * wrong mask would train on the prompt in silence.
 *
 * White space that a template puts behind the end-of-turn token is no part of the turn: nothing is generated there.
 */
export function assistantSpansByPrefix(
  messages: readonly Message[],
  whole: string,
  render: RenderMessages,
  endsWithSpecialToken: (text: string) => boolean,
): Span[] {
  const unstable = (turn: number): ConversationError =>
    new ConversationError(
      `cannot tell which text of message ${turn + 1} the assistant says: the chat template is not prefix-stable for ` +
        'this conversation (it renders earlier turns differently once later ones follow). ' +
        'Use a template that marks it with {% generation %} … {% endgeneration %}.',
    );
  const [marker] = unusedCharacters(1, [whole]);
  const spans: Span[] = [];
  messages.forEach((message, turn) => {
    if (message.role !== 'assistant') return;
    const before = messages.slice(0, turn);
    const marked = { ...message, content: marker };
    let wholeMarked: string | undefined;
    const renderedMarked = (): string =>
      (wholeMarked ??= render([...before, marked, ...messages.slice(turn + 1)], false));

    const prompt = render(before, true);
    let start = prompt.length;
    if (!whole.startsWith(prompt)) {
      // The generation prompt may go further than the turn's fixed header, e.g. open a `<think>` block.
      const shorter = render(before, false);
      start = commonPrefixLength(prompt, renderedMarked());
      const stable = prompt.startsWith(shorter) && start >= shorter.length && whole.startsWith(prompt.slice(0, start));
      if (!stable) throw unstable(turn);
    }

    let end = whole.length;
    if (turn < messages.length - 1) {
      const through = render([...before, message], false);
      if (whole.startsWith(through) && through.length >= start) {
        end = through.length;
      } else {
        const alone = splitAtMarker(render([...before, marked], false), marker);
        const within = splitAtMarker(renderedMarked(), marker);
        if (alone === undefined || within === undefined) throw unstable(turn);
        let ending = commonPrefixLength(alone.after, within.after);
        if (ending < alone.after.length) {
          // The conversation's own end follows the turn's (Phi-3 writes `<|end|>` and, at the very end, `</s>`), and may
          // begin like the next turn's header: only what reaches to the end of a special token is sure.
          while (ending > 0 && !endsWithSpecialToken(alone.after.slice(0, ending))) ending--;
          if (ending === 0) throw unstable(turn);
        }
        const contentEnd = whole.length - within.after.length;
        if (!whole.endsWith(within.after) || contentEnd < start) throw unstable(turn);
        end = contentEnd + ending;
      }
    }
    const trimmed = whole.slice(start, end).trimEnd();
    if (endsWithSpecialToken(trimmed)) end = start + trimmed.length;
    if (end > start) spans.push([start, end]);
  });
  return spans;
}
