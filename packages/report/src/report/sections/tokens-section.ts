import { embedJson, escapeHtml } from '../../html/escape.js';
import { tokenTraces } from '../token-traces.js';
import { note, type ReportSection } from './report-section.js';

/** A heat map of the tokens of one held-out example over training: how probable each was, and when it was masked. */
export const tokensSection: ReportSection = {
  id: 'tokens',
  title: 'Tokens over training',
  html(data) {
    const traces = tokenTraces(data);
    if (traces === undefined) return '';
    // A run that masks something shows more than one that keeps all.
    const masking = traces.runs.find(({ id }) => data.runs.find((run) => run.id === id)?.rule?.name !== 'sft');
    const chosen = (masking ?? traces.runs[0]).id;
    const runs = traces.runs.map(
      ({ id, title }) =>
        `<option value="${escapeHtml(id)}"${id === chosen ? ' selected' : ''}>${escapeHtml(title)}</option>`,
    );
    const most = Math.max(...traces.runs.map(({ examples }) => examples.length));
    const examples = Array.from({ length: most }, (_, index) => `<option value="${index}">${index + 1}</option>`);
    return `${note('Each row is a token of a held-out reference, each column an evaluation. In the map, arrow keys move from cell to cell.')}
<div data-token-heat-map>
<script type="application/json">${embedJson(traces)}</script>
<div class="controls" role="group" aria-label="What the map shows">
<label>run <select id="tokens-run">${runs.join('')}</select></label>
<label>example <select id="tokens-example">${examples.join('')}</select></label>
<output id="tokens-cell" aria-live="polite">Point at a cell, or focus one.</output>
</div>
<p class="key quiet"><span>p = 0 <span class="ramp heat"></span> p = 1</span><span><span class="sample masked"></span> masked</span></p>
<p class="context-text" id="tokens-context"></p>
<div class="scroll table heat" id="tokens-scroll"><table role="grid" aria-label="Probability of each token by optimiser step" id="tokens-map"></table></div>
<noscript><p>The map is drawn by a script, which this page carries itself.</p></noscript>
</div>`;
  },
};
