/** Published cases and benchmarks whose grades are known. */
import { createRandom } from '@profit-sft/core';
import { describe, expect, it } from 'vitest';
import { equivalent } from './equivalence/equivalent.js';
import { extractAnswer, type AnswerKind } from './extraction/extract-answer.js';
import { gradeMathematics } from './grade-mathematics.js';
import { hendrycksEquivalent, hendrycksForm } from './hendrycks/hendrycks-form.js';
import { perturbAnswer } from './testing-answers/perturb-answer.js';
import { hasShared, sharedJson, sharedJsonLines } from './testing-answers/shared-data.js';

const files = {
  hendrycks: 'conformance/hendrycks_math_equivalence_cases.json',
  lighteval: 'conformance/lighteval_extractive_match_cases.json',
  gsm8k: 'benchmarks/gsm8k/example_model_solutions.jsonl',
  math500: 'benchmarks/math500/math500_test.json',
};

/** The title of a test, which says so where its data is absent. */
const title = (name: string, file: string): string => (hasShared(file) ? name : `${name} (skipped: no ${file})`);

describe.skipIf(!hasShared(files.hendrycks))(title('Hendrycks et al.', files.hendrycks), () => {
  interface Cases {
    is_equiv: { a: string; b: string; equivalent: boolean }[];
    strip_string: { in: string; out: string }[];
  }
  const { is_equiv: pairs, strip_string: forms } = hasShared(files.hendrycks)
    ? sharedJson<Cases>(files.hendrycks)
    : { is_equiv: [], strip_string: [] };

  it.each(pairs)('$a and $b: $equivalent', ({ a, b, equivalent: expected }) => {
    expect(hendrycksEquivalent(a, b)).toBe(expected);
    // The benchmark compares text, in which the order of a list counts.
    expect(equivalent(a, b, { lists: 'ordered' })).toBe(expected);
  });

  it.each(forms)('the form of $in is $out', ({ in: text, out }) => expect(hendrycksForm(text)).toBe(out));
});

describe.skipIf(!hasShared(files.lighteval))(title('lighteval extractive match', files.lighteval), () => {
  interface Case {
    gold: string;
    pred: string;
    expected: number | boolean;
    match_types?: string[];
    match_type?: string[];
    language?: { expr: string };
    precision?: number;
  }

  /** Cases, by their place in the file, whose verdict differs from lighteval's, and why. */
  const disagreements = new Map([
    [
      26,
      'French: "Réponse: … 220 $ à payer d\'ici 12 mois". The phrase is not known, so the last number, 12, is taken',
    ],
    [
      28,
      'Chinese: LaTeX whose delimiters have lost their backslashes, "(\\frac{2}{5})", in prose. The last number, 5, is taken',
    ],
    [219, 'the gold text is "\\\\boxed{W(n) = 1 …", a box that is not closed. lighteval reads on to the end'],
  ]);

  const kindOf = ({ match_types, match_type }: Case): AnswerKind => {
    const types = match_types ?? match_type ?? [];
    if (types.includes('NativeLetters')) return 'choice';
    if (types.length === 2) return 'mathematics';
    return types[0] === 'latex' ? 'latex' : 'expression';
  };
  const isInScope = ({ language }: Case): boolean => language === undefined || language.expr === 'Language.ENGLISH';
  const verdict = (one: Case): boolean => {
    const extraction = kindOf(one);
    const gold = extractAnswer(one.gold, extraction) ?? one.gold;
    return gradeMathematics(one.pred, gold, { extraction, decimals: one.precision ?? 6 }).correct;
  };

  it('agrees on all cases but the listed ones', () => {
    const cases = sharedJson<Case[]>(files.lighteval);
    const differing = [...cases.keys()].filter((index) => verdict(cases[index]) !== Boolean(cases[index].expected));
    expect(cases).toHaveLength(232);
    expect(differing).toEqual([...disagreements.keys()]);
    const inScope = [...cases.keys()].filter((index) => isInScope(cases[index]));
    expect(inScope).toHaveLength(207);
    expect(differing.filter((index) => inScope.includes(index)).length / inScope.length).toBeLessThanOrEqual(0.05);
  });
});

describe.skipIf(!hasShared(files.gsm8k))(title('GSM8K model solutions', files.gsm8k), () => {
  type Solution = { is_correct: boolean; solution: string };
  type Row = { ground_truth: string } & Record<
    '6b_finetuning' | '6b_verification' | '175b_finetuning' | '175b_verification',
    Solution
  >;

  it('are graded as their labels say', () => {
    let agreeing = 0;
    let all = 0;
    for (const { ground_truth, ...solutions } of sharedJsonLines<Row>(files.gsm8k)) {
      const reference = extractAnswer(ground_truth, 'last-number');
      for (const { is_correct, solution } of [
        solutions['6b_finetuning'],
        solutions['6b_verification'],
        solutions['175b_finetuning'],
        solutions['175b_verification'],
      ]) {
        const { correct } = gradeMathematics(solution, reference ?? '', { extraction: 'last-number' });
        all += 1;
        if (correct === is_correct) agreeing += 1;
      }
    }
    expect({ agreeing, all }).toEqual({ agreeing: 5276, all: 5276 });
  });
});

describe.skipIf(!hasShared(files.math500))(title('MATH-500', files.math500), () => {
  interface Problem {
    unique_id: string;
    solution: string;
    answer: string;
  }
  const problems = hasShared(files.math500) ? sharedJson<Problem[]>(files.math500) : [];

  it('every gold solution is right', () => {
    const wrong = problems.filter(({ solution, answer }) => !gradeMathematics(solution, answer).correct);
    expect(problems).toHaveLength(500);
    expect(wrong.map(({ unique_id }) => unique_id)).toEqual([]);
  });

  it('every answer equals itself when it is parsed', () => {
    // A factor of one, a sum with zero: not the same text, so that nothing is compared as text.
    const scalars = problems.filter(
      ({ answer }) => /^[-\d\\a-z{}^ +]+$/u.test(answer) && !/text|mbox|pm|circ|_/u.test(answer),
    );
    expect(scalars.length).toBeGreaterThan(300);
    expect(scalars.filter(({ answer }) => !equivalent(`0+${answer}`.replace('+-', '-'), answer))).toEqual([]);
  });

  it('500 perturbed answers are wrong', () => {
    const kinds = new Set<string>();
    const accepted: string[] = [];
    for (const { unique_id, answer } of problems) {
      const perturbed = perturbAnswer(answer, createRandom(1, 'perturb', unique_id));
      if (perturbed === undefined) throw new Error(`no perturbation of ${answer}`);
      kinds.add(perturbed.kind);
      const { correct, reason } = gradeMathematics(String.raw`It is $\boxed{${perturbed.wrong}}$.`, answer);
      if (correct || reason !== 'different') accepted.push(`${perturbed.wrong} for ${answer}: ${reason}`);
    }
    expect(accepted).toEqual([]);
    expect([...kinds].sort()).toEqual([
      'changeDigit',
      'changeOperator',
      'changeSign',
      'changeWord',
      'dropMember',
      'swapFraction',
    ]);
  });
});
