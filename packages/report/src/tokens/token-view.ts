import { embedJson, escapeHtml } from '../html/escape.js';

/** One token as it is shown. */
export interface TokenViewToken {
  readonly text: string;
  /** Whether it is a response token, i.e. carries a target. Other tokens are shown as context. */
  readonly target: boolean;
  /** Natural log of the probability the model gives it; needed for a target. */
  readonly logProb?: number;
  /** The weight the rule gave it. Left out, the threshold alone decides. */
  readonly weight?: number;
}

export interface TokenViewRow {
  /** Where the row comes from, e.g. `train.jsonl:12`. */
  readonly label?: string;
  readonly tokens: readonly TokenViewToken[];
}

/**
 * How tokens are masked when the view opens: `high` keeps p > threshold, `low` keeps p ≤ threshold, `rule` shows the
 * weights that the rule gave.
 */
export type TokenViewMasking = 'high' | 'low' | 'rule';

export interface TokenViewOptions {
  /** Name of the rule, for the label. */
  readonly rule: string;
  /** Probability in [0, 1]. Default 0.1. */
  readonly threshold?: number;
  /** Default `rule` when the tokens carry weights, else `high`. */
  readonly view?: TokenViewMasking;
  readonly rows: readonly TokenViewRow[];
}

/** White space that would be invisible is shown as a sign of its own; a line break also breaks the line. */
function shownText(text: string): string {
  return escapeHtml(text)
    .replace(/\r/g, '<span class="mark">␍</span>')
    .replace(/\n/g, '<span class="mark">⏎</span>\n')
    .replace(/\t/g, '<span class="mark">⇥</span>\t');
}

/**
 * Tokens shaded by probability, masked ones struck out, with a threshold slider, as an HTML fragment for `page`.
 * Without scripts it shows the initial masking.
 */
export function tokenView(options: TokenViewOptions): string {
  const { rule, threshold = 0.1, rows } = options;
  const targets = rows.flatMap(({ tokens }) => tokens.filter(({ target }) => target));
  const unscored = targets.find(({ logProb }) => logProb === undefined || Number.isNaN(logProb));
  if (unscored !== undefined) throw new RangeError(`target token ${JSON.stringify(unscored.text)} has no logProb`);
  const weighed = targets.length > 0 && targets.every(({ weight }) => weight !== undefined);
  const view = options.view ?? (weighed ? 'rule' : 'high');
  if (view === 'rule' && !weighed) throw new RangeError('view "rule" needs a weight for every target token');

  // As the `profit` rule compares: float32 logarithms, strictly above.
  const bound = Math.fround(Math.log(threshold));
  const isKept = ({ logProb = 0, weight = 1 }: TokenViewToken): boolean => {
    if (view === 'rule') return weight !== 0;
    return view === 'low' ? logProb <= bound : logProb > bound;
  };
  let first = true;
  const shownToken = (token: TokenViewToken): string => {
    if (!token.target) return `<span class="context">${shownText(token.text)}</span>`;
    const probability = Math.exp(token.logProb ?? 0);
    const attributes = `class="token${isKept(token) ? '' : ' masked'}" style="--p:${probability.toFixed(3)}" tabindex="${first ? 0 : -1}"`;
    first = false;
    return `<span ${attributes}>${shownText(token.text)}</span>`;
  };
  const shownRows = rows.map(({ label, tokens }) => {
    const heading = label === undefined ? '' : `<h3>${escapeHtml(label)}</h3>\n`;
    return `<div class="token-row">\n${heading}<div class="tokens">${tokens.map(shownToken).join('')}</div>\n</div>`;
  });
  const data = {
    rule,
    threshold,
    view,
    texts: targets.map(({ text }) => text),
    logProbs: targets.map(({ logProb }) => logProb ?? null),
    ...(weighed ? { weights: targets.map(({ weight }) => weight) } : {}),
  };
  const kept = targets.filter(isKept).length;
  const share = targets.length === 0 ? 0 : (100 * kept) / targets.length;
  const byRule = weighed ? `<option value="rule">as ${escapeHtml(rule)} weighs them</option>` : '';
  return `<div class="token-view" data-token-view>
<script type="application/json">${embedJson(data)}</script>
<div class="token-controls" role="group" aria-label="Masking" hidden>
<div class="line">
<label class="slider">threshold τ <input type="range" min="0" max="1000" step="1" data-control="slider"></label>
<input type="number" min="0" max="1" step="any" aria-label="threshold, exact value" data-control="threshold">
<label>scale <select data-control="scale"><option value="log">log</option><option value="linear">linear</option></select></label>
<label>keep <select data-control="direction">${byRule}<option value="high">p &gt; τ (high)</option><option value="low">p ≤ τ (low)</option></select></label>
<output data-control="count" aria-live="polite">${kept} of ${targets.length} kept (${share.toFixed(1)} %)</output>
</div>
<div class="token-detail" data-control="detail" aria-live="polite">Point at a token, or focus one and use the arrow keys.</div>
</div>
<p class="key quiet"><span>p = 0 <span class="ramp"></span> p = 1</span><span class="tokens"><span class="token masked" style="--p:0">masked</span></span><span class="tokens"><span class="context">context, not trained on</span></span></p>
${shownRows.join('\n')}
</div>`;
}
