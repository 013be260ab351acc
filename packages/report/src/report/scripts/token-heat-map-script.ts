import { cellAlphabet, natsPerStep } from '../token-traces.js';

/**
 * The script of the token heat map: draws it as a grid of cells, moves the focus by the arrow keys, and says what a cell holds. Plain
 * JavaScript for the browser, kept as text because it is written into the page.
 */
export const tokenHeatMapScript = String.raw`
function decodedCell(cells, index) {
  const digits = Array.from(cells.slice(3 * index, 3 * index + 3), (digit) => '${cellAlphabet}'.indexOf(digit));
  return { logProb: -${natsPerStep} * (64 * digits[0] + digits[1]), level: digits[2] };
}
function cellProbability(logProb) {
  const probability = Math.exp(logProb);
  return probability >= 0.001 ? String(Number(probability.toPrecision(3))) : probability.toExponential(1);
}
function setUpTokenHeatMap(root) {
  const data = JSON.parse(root.querySelector('script[type="application/json"]').textContent);
  const find = (name) => root.querySelector('#tokens-' + name);
  const [run, example, map, output, context] = ['run', 'example', 'map', 'cell', 'context'].map(find);
  const visible = (text) => (text.trim() === '' ? JSON.stringify(text) : text.replace(/\n/g, '⏎').replace(/\t/g, '⇥'));
  let cells = [];

  function draw() {
    const own = data.runs.find(({ id }) => id === run.value);
    const { text, greatestWeight, cells: encoded } = own.examples[Math.min(Number(example.value), own.examples.length - 1)];
    const { tokens, context: before } = data.texts[text];
    context.textContent = before;
    const made = (name, content, properties) => Object.assign(document.createElement(name), { textContent: content, ...properties });
    const head = document.createElement('thead');
    const top = document.createElement('tr');
    top.append(made('th', 'token', { scope: 'col' }), ...own.steps.map((step) => made('th', String(step), { scope: 'col', className: 'number' })));
    head.append(top);
    const body = document.createElement('tbody');
    cells = [];

    tokens.forEach((token, row) => {
      const line = document.createElement('tr');
      line.append(made('th', visible(token), { scope: 'row' }));
      const ofRow = own.steps.map((step, column) => {
        const { logProb, level } = decodedCell(encoded, row * own.steps.length + column);
        const cell = document.createElement('td');
        const weight = (greatestWeight * level) / 63;
        const state = level === 0 ? 'masked' : weight === 1 ? 'kept' : 'weight ' + Number(weight.toPrecision(2));
        const said = visible(token) + ', step ' + step + ': p = ' + cellProbability(logProb) + ', ' + state;
        cell.id = 'cell-' + row + '-' + column;
        cell.tabIndex = -1;
        cell.setAttribute('role', 'gridcell');
        cell.setAttribute('aria-label', said);
        if (level === 0) cell.className = 'masked';
        cell.style.setProperty('--p', Math.exp(logProb).toFixed(3));
        return cell;
      });
      line.append(...ofRow);
      cells.push(ofRow);
      body.append(line);
    });
    map.replaceChildren(head, body);
    if (cells.length > 0 && cells[0].length > 0) cells[0][0].tabIndex = 0;
  }
  const say = (cell) => {
    if (cell !== null) output.textContent = cell.getAttribute('aria-label');
  };
  map.addEventListener('focusin', (event) => {
    const cell = event.target.closest('td');
    if (cell === null) return;
    map.querySelectorAll('td[tabindex="0"]').forEach((other) => (other.tabIndex = -1));
    cell.tabIndex = 0;
    say(cell);
  });
  map.addEventListener('mouseover', (event) => say(event.target.closest('td')));
  map.addEventListener('keydown', (event) => {
    const row = cells.findIndex((line) => line.includes(event.target));
    if (row < 0) return;
    const column = cells[row].indexOf(event.target);
    const last = [cells.length - 1, cells[row].length - 1];
    const target = {
      ArrowRight: [row, column + 1], ArrowLeft: [row, column - 1], ArrowDown: [row + 1, column], ArrowUp: [row - 1, column],
      Home: event.ctrlKey ? [0, 0] : [row, 0], End: event.ctrlKey ? last : [row, last[1]],
      PageDown: [Math.min(row + 10, last[0]), column], PageUp: [Math.max(row - 10, 0), column],
    }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    const cell = (cells[target[0]] ?? [])[target[1]];
    if (cell !== undefined) cell.focus();
  });
  run.addEventListener('change', draw);
  example.addEventListener('change', draw);
  draw();
}
`;
