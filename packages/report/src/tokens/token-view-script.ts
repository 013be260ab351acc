/**
 * The script of a page with token views: moves the threshold, recounts, and shows one token's figures. Plain JavaScript
 * for the browser, kept as text because it is written into the page. `keepsToken` must decide as the `profit` rule
 * does: strict `>`, on float32 natural logarithms.
 */
export const tokenViewScript = String.raw`'use strict';
function keepsToken(logProb, threshold, direction) {
  const bound = Math.fround(Math.log(threshold));
  return direction === 'low' ? logProb <= bound : logProb > bound;
}
function thresholdAt(position, scale) {
  if (position <= 0) return 0;
  return scale === 'log' ? Math.pow(10, -4 * (1 - position)) : position;
}
function positionOf(threshold, scale) {
  if (threshold <= 0) return 0;
  const position = scale === 'log' ? 1 + Math.log10(threshold) / 4 : threshold;
  return Math.min(1, Math.max(0, position));
}
function shownProbability(logProb) {
  const probability = Math.exp(logProb);
  if (probability === 0) return '0';
  return probability >= 0.001 ? probability.toFixed(4) : probability.toExponential(2);
}
function setUpTokenView(view) {
  const data = JSON.parse(view.querySelector('script[type="application/json"]').textContent);
  const logProbs = data.logProbs.map((value) => (value === null ? -Infinity : value));
  const spans = Array.from(view.querySelectorAll('.token-row .token'));
  const find = (name) => view.querySelector('[data-control="' + name + '"]');
  const slider = find('slider'), number = find('threshold'), direction = find('direction'), scale = find('scale');
  const count = find('count'), detail = find('detail');
  const kept = new Array(spans.length).fill(true);
  let threshold = data.threshold;

  function weightOf(index) {
    if (direction.value === 'rule') return data.weights[index];
    return keepsToken(logProbs[index], threshold, direction.value) ? 1 : 0;
  }
  function update() {
    let total = 0;
    for (let index = 0; index < spans.length; index++) {
      const keeps = weightOf(index) !== 0;
      if (keeps) total++;
      if (keeps === kept[index]) continue;
      kept[index] = keeps;
      spans[index].classList.toggle('masked', !keeps);
    }
    const share = spans.length === 0 ? 0 : (100 * total) / spans.length;
    count.textContent = total + ' of ' + spans.length + ' kept (' + share.toFixed(1) + ' %)';
    const byRule = direction.value === 'rule';
    slider.disabled = number.disabled = scale.disabled = byRule;
  }
  function show(span) {
    const index = spans.indexOf(span);
    if (index < 0) return;
    const nll = logProbs[index] === -Infinity ? '∞' : (-logProbs[index]).toFixed(4);
    const weight = weightOf(index);
    const state = weight === 0 ? 'masked' : weight === 1 ? 'kept' : 'weight ' + Number(weight.toPrecision(4));
    detail.textContent =
      JSON.stringify(data.texts[index]) + '  p = ' + shownProbability(logProbs[index]) + ', NLL = ' + nll + ' nats, ' + state;
  }
  slider.addEventListener('input', () => {
    threshold = Number(thresholdAt(slider.value / 1000, scale.value).toPrecision(3));
    number.value = String(threshold);
    update();
  });
  number.addEventListener('input', () => {
    const typed = Number(number.value);
    if (number.value === '' || !(typed >= 0 && typed <= 1)) return;
    threshold = typed;
    slider.value = String(Math.round(1000 * positionOf(threshold, scale.value)));
    update();
  });
  scale.addEventListener('change', () => {
    slider.value = String(Math.round(1000 * positionOf(threshold, scale.value)));
  });
  direction.addEventListener('change', update);
  view.addEventListener('mouseover', (event) => show(event.target.closest('.token-row .token')));
  view.addEventListener('focusin', (event) => show(event.target.closest('.token-row .token')));
  view.addEventListener('keydown', (event) => {
    const index = spans.indexOf(event.target);
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = spans[index + step];
    if (index < 0 || step === 0 || next === undefined) return;
    event.preventDefault();
    spans[index].tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
  slider.value = String(Math.round(1000 * positionOf(threshold, scale.value)));
  number.value = String(threshold);
  direction.value = data.view;
  view.querySelector('.token-controls').hidden = false;
  update();
}
if (typeof document !== 'undefined') document.querySelectorAll('[data-token-view]').forEach(setUpTokenView);
`;
