import { AnnotationError, defineAnnotator, InvalidConfigError, ProfitError } from '@profit-sft/core';
import type { AnnotationItem, AnnotatorPlugin, LabelledSpan } from '@profit-sft/core';
import { spansOfWords } from '../words/spans-of-words.js';
import { splitWords, type Word } from '../words/split-words.js';
import { AnswerCache, defaultCacheDirectory } from './answer-cache.js';
import { apiKey } from './api-key.js';
import { ChatClient, type ChatMessage } from './chat-client.js';
import { parseJudgeAnswer } from './judge-answer.js';
import { judgeOptions, type JudgeOptions } from './judge-options.js';
import { judgeInstructions, judgeQuestion } from './judge-prompt.js';
import { Spending } from './spending.js';

function assertBudgetCounts({ maxCost, inputPrice, outputPrice }: JudgeOptions): void {
  if (maxCost === undefined || (inputPrice !== undefined && outputPrice !== undefined)) return;
  const message = 'needs inputPrice and outputPrice: without them the cost is not known';
  throw new InvalidConfigError('annotator "openai-judge"', [{ path: 'maxCost', message }]);
}

/** A judge that was asked the same twice at once is asked once. */
function asksOnce(ask: (item: AnnotationItem, words: readonly Word[], signal?: AbortSignal) => Promise<boolean[]>) {
  const underWay = new Map<string, Promise<boolean[]>>();
  return (key: string, ...request: Parameters<typeof ask>): Promise<boolean[]> => {
    const running = underWay.get(key);
    if (running !== undefined) return running;
    const started = ask(...request).finally(() => underWay.delete(key));
    underWay.set(key, started);
    return started;
  };
}

/**
 * A language model behind an OpenAI-compatible HTTP server that is shown the question, other right answers, and the numbered
 * words of one answer, and says which of those words are core. Answers are kept on the disk by what was asked.
 */
export const openaiJudge: AnnotatorPlugin<'openai-judge', typeof judgeOptions> = defineAnnotator({
  name: 'openai-judge',
  description: 'asks a language model behind an OpenAI-compatible HTTP API which words are core',
  source: 'arXiv 2601.09195, section 4.1; the prompt is ours, the paper’s is not published',
  options: judgeOptions,
  create: (options) => {
    assertBudgetCounts(options);
    const spending = new Spending(options);
    const client = new ChatClient(options, apiKey(options.apiKeyEnvironmentVariable, options.baseUrl), spending);
    const cache = new AnswerCache(options.cache ?? defaultCacheDirectory());
    const { baseUrl, model, responseFormat, maxTokens } = options;

    const messagesOf = (item: AnnotationItem, words: readonly Word[]): ChatMessage[] => [
      { role: 'system', content: judgeInstructions },
      { role: 'user', content: judgeQuestion(item, words) },
    ];
    const pathOf = (messages: readonly ChatMessage[]): string =>
      cache.path({ baseUrl, model, responseFormat, maxTokens, messages });

    const ask = asksOnce(async (item, words, signal) => {
      const messages = messagesOf(item, words);
      const path = pathOf(messages);
      const kept = await cache.read(path);
      if (kept !== undefined) {
        try {
          const core = parseJudgeAnswer(kept, words.length);
          spending.countCached();
          return core;
        } catch (error) {
          // Only usable answers are kept: this file was changed. It is asked again.
          if (!ProfitError.isInstance(error)) throw error;
        }
      }
      // What cannot be read is asked for once more: servers are not exactly repeatable, even at temperature 0.
      for (let trial = 0; ; trial++) {
        const answer = await client.complete(messages, signal);
        try {
          const core = parseJudgeAnswer(answer, words.length);
          await cache.write(path, answer);
          return core;
        } catch (error) {
          if (trial > 0 || !(error instanceof AnnotationError)) throw error;
        }
      }
    });

    return {
      concurrency: options.concurrency,
      usage: () => spending.usage(),
      async annotate(item, { signal } = {}): Promise<readonly LabelledSpan[]> {
        const words = splitWords(item.response);
        if (words.length === 0) return [];
        const core = await ask(pathOf(messagesOf(item, words)), item, words, signal);
        return spansOfWords(words, (word) => core[word]);
      },
    };
  },
});
