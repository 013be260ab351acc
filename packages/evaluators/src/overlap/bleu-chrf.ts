import { defineEvaluator, ProfitError, schema } from '@profit-sft/core';
import { problemOf } from '../generation/answer.js';
import { answerWorkList } from '../generation/answer-work-list.js';
import { decodingPresets, repeatedDecodingOptions, resolveDecoding } from '../generation/decoding.js';
import { referenceTexts } from '../reference-texts.js';
import { addBleuStatistics, bleu, bleuStatistics, brevityPenalty } from './bleu.js';
import { addChrfStatistics, chrf, chrfStatistics } from './chrf.js';

const maxTokens = 128;
const presets = {
  greedy: { ...decodingPresets.greedy, maxTokens },
  profit: { ...decodingPresets.profit, maxTokens },
};

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Corpus BLEU and chrF of generated texts against all references of their rows, as sacrebleu computes them with its default settings.
 *
 * Metrics, all scores in [0, 100]: `bleu` (`nrefs:var|case:mixed|eff:no|tok:13a|smooth:exp`), `chrf` (`nrefs:var|case:mixed|eff:yes|nc:6|nw:0|space:no`),
 * `chrfPlusPlus` (`nw:2`), `sentenceBleu` and `sentenceChrf` (means over the items, of which a corpus score has none), `brevityPenalty`,
 * `lengthRatio` (words over those of the nearest references), `items`, `truncated` (generations that ran into `maxTokens`) and `unanswered` (prompts that the model
 * cannot be given: an empty text). Items: `{ row, repeat, prompt, text, sentenceBleu, sentenceChrf, finishReason }`, with a `problem` where there is one;
 * `sentenceBleu` has an effective order, as sacrebleu's `sentence_bleu`.
 * @throws InvalidDataError for a row without a reference
 */
export const bleuChrf = defineEvaluator({
  name: 'bleu-chrf',
  description: 'generates from each prompt; corpus BLEU and chrF against all references of a row',
  source: 'sacrebleu 2.6.0 at its defaults (arXiv 1804.08771); BLEU (Papineni et al., 2002), chrF (Popović, 2015)',
  options: schema.object(repeatedDecodingOptions(['greedy', 'profit'], 'greedy')),
  create({ decoding: preset, ...overrides }) {
    const { decoding, repeats } = resolveDecoding('bleu-chrf', presets[preset], overrides);
    return {
      async evaluate(context) {
        const { dataset } = context;
        if (dataset.length === 0) throw new ProfitError('data', 'the data set has no rows to evaluate');
        const references = Array.from({ length: dataset.length }, (_, row) =>
          referenceTexts(dataset, row, 'bleu-chrf'),
        );
        const rows = [...references.keys()];
        const answers = (await answerWorkList(context, { evaluator: 'bleu-chrf', rows, repeats, decoding })).flat();
        const bleuOf = answers.map(({ row, text }) => bleuStatistics(text, references[row]));
        const chrfOf = answers.map(({ row, text }) => chrfStatistics(text, references[row]));
        const items = answers.map((answer, index) => {
          const { row, repeat, prompt, text, finishReason } = answer;
          const scores = { sentenceBleu: bleu(bleuOf[index], true), sentenceChrf: chrf(chrfOf[index].chrf) };
          return { row, repeat, prompt, text, ...scores, finishReason, ...problemOf(answer) };
        });
        const corpus = addBleuStatistics(bleuOf);
        return {
          metrics: {
            bleu: bleu(corpus, false),
            chrf: chrf(addChrfStatistics(chrfOf.map((one) => one.chrf))),
            chrfPlusPlus: chrf(addChrfStatistics(chrfOf.map((one) => one.chrfPlusPlus))),
            sentenceBleu: mean(items.map(({ sentenceBleu }) => sentenceBleu)),
            sentenceChrf: mean(items.map(({ sentenceChrf }) => sentenceChrf)),
            brevityPenalty: brevityPenalty(corpus),
            lengthRatio: corpus.length / corpus.referenceLength,
            items: items.length,
            truncated: items.filter(({ finishReason }) => finishReason === 'length').length,
            unanswered: items.filter(({ finishReason }) => finishReason === null).length,
          },
          items,
        };
      },
    };
  },
});
