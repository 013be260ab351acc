/**
 * The script of a page that follows runs. The server says by server-sent events (`events`) which sections there are and the hash of each;
 * those that changed are fetched (`sections/ID`) and put in place, with choices, open details, focus and scroll positions as they were. After
 * a lost connection the browser asks again by itself, and the server says all hashes again.
 */
export const liveScript = String.raw`
function keptState(body) {
  const by = (selector, value) =>
    Array.from(body.querySelectorAll(selector), (element) => [element.id, value(element)]).filter(([id]) => id !== '');
  const active = body.contains(document.activeElement) ? document.activeElement : null;
  const details = active === null ? null : active.closest('details');
  return {
    choices: by('select', ({ value }) => value),
    kept: by('[data-kept]', ({ dataset }) => dataset.kept),
    open: by('details', ({ open }) => open),
    scrolls: by('.scroll', ({ scrollTop, scrollLeft }) => [scrollTop, scrollLeft]),
    focus: active === null ? '' : active.id,
    focusSummary: active !== null && active.id === '' && details !== null ? details.id : '',
  };
}
function replaceBody(body, html) {
  const state = keptState(body);
  const own = (id) => (id === '' ? null : body.querySelector('#' + CSS.escape(id)));
  body.innerHTML = html;
  for (const [id, value] of state.choices) {
    const select = own(id);
    if (select === null) continue;
    select.dataset.wanted = value;
    if (Array.from(select.options).some((option) => option.value === value)) select.value = value;
  }
  for (const [id, value] of state.kept) if (own(id) !== null) own(id).dataset.kept = value;
  setUpParts(body);
  for (const [id, open] of state.open) if (own(id) !== null) own(id).open = open;
  for (const [id, [top, left]] of state.scrolls) if (own(id) !== null) own(id).scrollTo(left, top);
  const focused = own(state.focus) ?? (own(state.focusSummary) === null ? null : own(state.focusSummary).querySelector('summary'));
  if (focused !== null) focused.focus({ preventScroll: true });
}
async function followRuns() {
  const shown = new Map(Array.from(document.querySelectorAll('section[data-hash]'), ({ id, dataset }) => [id, dataset.hash]));
  const state = document.getElementById('live-state');
  let waiting = Promise.resolve();
  async function bring(list) {
    for (const { id, hash } of list) {
      if (shown.get(id) === hash) continue;
      const answer = await fetch('sections/' + id);
      if (!answer.ok) throw new Error('the server answered ' + answer.status);
      const html = await answer.text();
      const section = document.getElementById(id);
      const link = document.querySelector('nav.sections a[href="#' + id + '"]');
      // What is in sight stays where it is when something above it grows.
      const anchor = Array.from(document.querySelectorAll('main section')).find((own) => own.getBoundingClientRect().bottom > 0);
      const before = anchor === undefined ? 0 : anchor.getBoundingClientRect().top;
      replaceBody(section.querySelector('.section-body'), html);
      section.hidden = html === '';
      link.parentElement.hidden = html === '';
      if (anchor !== undefined && anchor !== section && window.scrollY > 0) window.scrollBy({ top: anchor.getBoundingClientRect().top - before, behavior: 'instant' });
      shown.set(id, hash);
    }
    state.textContent = 'live, ' + new Date().toLocaleTimeString();
  }
  const source = new EventSource('events');
  source.addEventListener('sections', (event) => {
    const list = JSON.parse(event.data);
    waiting = waiting.then(() => bring(list)).catch((error) => (state.textContent = 'not up to date: ' + error.message));
  });
  source.addEventListener('error', () => (state.textContent = 'the server is gone; asking again'));
}
followRuns();
`;
