/**
 * The script of the section on items: counts and lists the items on which two runs, or two groups of runs, differ. Plain JavaScript for the
 * browser, kept as text because it is written into the page.
 */
export const itemsScript = String.raw`
function itemMeans(evaluation, runs) {
  const own = evaluation.byRun.filter(({ run }) => runs.includes(run));
  if (own.length === 0) return undefined;
  return evaluation.shared.map((_, item) => {
    const values = own.map(({ values }) => values[item]).filter((value) => value !== null);
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  });
}
function itemKind(a, b, isTruth) {
  if (a === null || b === null) return 'none';
  if (a > b) return 'first';
  if (b > a) return 'second';
  return isTruth ? (a >= 0.5 ? 'both' : 'neither') : 'equal';
}
function setUpItemDifferences(root) {
  const data = JSON.parse(root.querySelector('script[type="application/json"]').textContent);
  const find = (name) => root.querySelector('#items-' + name);
  const [which, first, second, filter, summary, list, more] =
    ['evaluation', 'first', 'second', 'filter', 'summary', 'list', 'more'].map(find);
  const page = 25;
  let shown = Number(list.dataset.kept) || page;
  const runsOf = (value) =>
    value.startsWith('group:')
      ? data.groups.find(({ title }) => 'group:' + title === value).runs
      : [data.runs.findIndex(({ id }) => 'run:' + id === value)];
  const nameOf = (select) => select.selectedOptions[0].textContent;
  const say = (value, isTruth, runs) => {
    if (value === null) return '–';
    if (!isTruth) return String(Number(value.toPrecision(4)));
    return runs === 1 ? (value === 1 ? 'right' : 'wrong') : Math.round(value * runs) + ' of ' + runs + ' right';
  };
  const element = (name, text, className) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className !== undefined) made.className = className;
    return made;
  };
  function titles(isTruth) {
    return isTruth
      ? { first: 'A more often right than B', second: 'B more often right than A', both: 'equally often, mostly right', neither: 'equally often, mostly wrong' }
      : { first: 'A higher than B', second: 'B higher than A', equal: 'equal' };
  }
  function details(evaluation, item, sides) {
    const box = element('details');
    box.id = 'item-' + which.value + '-' + item;
    const head = element('summary');
    const name = Object.values(evaluation.shared[item])[0];
    head.append(element('span', '#' + (item + 1), 'item-number'), ' ', element('span', sides.map(({ label, value, runs }) => label + ' ' + say(value, evaluation.isTruth, runs.length)).join(', '), 'item-values'), ' ', element('span', name === undefined ? '' : name.replace(/\s+/g, ' ').slice(0, 110), 'quiet'));
    box.append(head);
    box.addEventListener('toggle', () => {
      if (!box.open || box.childElementCount > 1) return;
      const terms = element('dl');
      for (const [key, text] of Object.entries(evaluation.shared[item])) terms.append(element('dt', key), element('dd', text));
      for (const { label, runs } of sides) {
        for (const { run, values, texts } of runs) {
          terms.append(element('dt', label + ': ' + data.runs[run].title), element('dd', say(values[item], evaluation.isTruth, 1) + (texts === undefined ? '' : '\n' + texts[item])));
        }
      }
      box.append(terms);
    });
    return box;
  }
  function update() {
    const evaluation = data.evaluations.find(({ name }) => name === which.value);
    list.dataset.kept = String(shown);
    const sides = [first, second].map((select, index) => {
      const runs = runsOf(select.value);
      return { label: 'AB'[index], means: itemMeans(evaluation, runs), runs: evaluation.byRun.filter(({ run }) => runs.includes(run)) };
    });
    const absent = sides.findIndex(({ means }) => means === undefined);
    list.replaceChildren();
    more.hidden = true;
    if (absent >= 0) {
      summary.textContent = nameOf([first, second][absent]) + ' has no items of this evaluation.';
      return;
    }
    const [a, b] = sides.map(({ means }) => means);
    const kinds = a.map((value, item) => itemKind(value, b[item], evaluation.isTruth));
    const names = titles(evaluation.isTruth);
    const counts = Object.fromEntries(Object.keys(names).map((kind) => [kind, kinds.filter((own) => own === kind).length]));
    const chosen = [filter.value, filter.dataset.wanted].find((kind) => kind in names) ?? 'first';
    filter.replaceChildren(...Object.entries(names).map(([kind, text]) => {
      const option = element('option', text + ' (' + counts[kind] + ')');
      option.value = kind;
      option.selected = kind === chosen;
      return option;
    }));
    const total = kinds.length;
    const bar = element('div', undefined, 'shares');
    for (const kind of Object.keys(names)) {
      if (counts[kind] === 0) continue;
      const part = element('span', String(counts[kind]), 'share ' + kind);
      part.style.flexGrow = String(counts[kind]);
      part.title = names[kind] + ': ' + counts[kind];
      bar.append(part);
    }
    const line = Object.entries(names).map(([kind, text]) => text + ': ' + counts[kind]).join(' · ');
    summary.replaceChildren(bar, element('p', total + ' items, by ' + evaluation.field + '. ' + line + '.'));
    const chosenItems = kinds.map((kind, item) => ({ kind, item })).filter(({ kind }) => kind === chosen).map(({ item }) => item);
    if (chosen === 'first' || chosen === 'second') chosenItems.sort((x, y) => Math.abs(a[y] - b[y]) - Math.abs(a[x] - b[x]) || x - y);
    for (const item of chosenItems.slice(0, shown)) {
      const entry = element('li');
      entry.append(details(evaluation, item, sides.map(({ label, means, runs }) => ({ label, value: means[item], runs }))));
      list.append(entry);
    }
    if (chosenItems.length === 0) list.append(element('li', 'No such item.', 'quiet'));
    more.hidden = chosenItems.length <= shown;
  }
  for (const select of [which, first, second, filter]) {
    select.addEventListener('change', () => {
      shown = page;
      update();
    });
  }
  more.addEventListener('click', () => {
    const next = shown;
    shown += page;
    update();
    const entry = list.children[next];
    if (entry !== undefined) entry.querySelector('summary').focus();
  });
  update();
}
`;
