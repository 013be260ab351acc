import { histogram } from '../charts/histogram.js';
import { page } from '../html/page.js';
import { tokenView, type TokenViewOptions } from './token-view.js';

export interface TokenViewPageOptions extends TokenViewOptions {
  readonly title: string;
  /** The model that gave the probabilities, e.g. its directory. */
  readonly model: string;
  readonly footer?: string;
}

/** A self-contained page about which tokens of some rows a rule keeps. */
export function tokenViewPage(options: TokenViewPageOptions): string {
  const { title, model, rule, threshold = 0.1, rows, footer } = options;
  const probabilities = rows.flatMap(({ tokens }) =>
    tokens.filter(({ target }) => target).map(({ logProb }) => Math.exp(logProb ?? 0)),
  );
  return page({
    title,
    subtitle: `Model ${model}; rule ${rule}; ${rows.length} ${rows.length === 1 ? 'row' : 'rows'}, ${probabilities.length} response tokens`,
    footer,
    sections: [
      { title: 'Tokens', html: tokenView(options) },
      {
        title: 'Probability of the reference tokens',
        html: histogram({
          title: `Response tokens by the probability the model gives them; threshold ${threshold} marked`,
          values: probabilities,
          domain: [0, 1],
          bins: 20,
          xLabel: 'probability p',
          yLabel: 'tokens',
          marker: { x: threshold, label: `τ = ${threshold}` },
        }),
      },
    ],
  });
}
