/** The one style sheet of every page: system fonts, light and dark by the reader's preference, ink-saving in print. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --panel: #f6f7f8; --ink: #1b1f24; --quiet: #59616b; --line: #d5d9de; --grid: #e6e9ec;
  --accent: #0b5cad; --tint: #9cc9f0; --masked: #68707a;
  --series-1: #0072b2; --series-2: #c24e00; --series-3: #00795a; --series-4: #a3477f; --series-5: #6b5b00; --series-6: #5a5a5a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171a; --panel: #1d2125; --ink: #e6e8ea; --quiet: #a3abb4; --line: #3a4149; --grid: #2a3036;
    --accent: #7bb8f2; --tint: #1c5c94; --masked: #98a0a9;
    --series-1: #56b4e9; --series-2: #f0954e; --series-3: #2cc79a; --series-4: #e6a3c8; --series-5: #e3cf57; --series-6: #b5b5b5;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
main, header.page, footer.page { max-width: 62rem; margin: 0 auto; padding: 0 1.25rem; }
header.page { padding-top: 2rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.125rem; margin: 2.25rem 0 .75rem; }
p { margin: .5rem 0; max-width: 46rem; }
.quiet { color: var(--quiet); }
footer.page { color: var(--quiet); font-size: .875rem; padding: 2rem 1.25rem; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.scroll { overflow-x: auto; }
figure { margin: 1rem 0; }
figure svg, .chart { display: block; width: 100%; height: auto; max-width: 52rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--quiet); padding-bottom: .375rem; }
th, td { padding: .3125rem .875rem .3125rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { border-bottom-color: var(--quiet); font-weight: 600; }
th.number, td.number { text-align: right; }
tbody th { font-weight: 400; }
.token-view { margin: 1rem 0; }
.token-controls { position: sticky; top: 0; z-index: 1; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: .75rem 1rem; display: grid; gap: .5rem; }
.token-controls .line { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; }
.token-controls label { display: inline-flex; gap: .5rem; align-items: center; }
.token-controls label.slider { flex: 1 1 18rem; }
.token-controls input[type=range] { flex: 1; min-width: 8rem; accent-color: var(--accent); }
.token-controls input[type=number] { width: 7.5rem; }
.token-controls input, .token-controls select { font: inherit; color: inherit; }
.token-controls input[type=number], .token-controls select { background: var(--page); border: 1px solid var(--line); border-radius: 4px; padding: .125rem .375rem; }
.token-controls output { font-variant-numeric: tabular-nums; }
.token-detail { font-variant-numeric: tabular-nums; color: var(--quiet); min-height: 1.5em; }
.token-row { border-bottom: 1px solid var(--line); padding: .75rem 0; break-inside: avoid-page; }
.token-row h3 { font-size: .875rem; font-weight: 400; color: var(--quiet); margin: 0 0 .25rem; }
.tokens { font: 14px/1.75 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
.token { border-radius: 2px; padding: .0625rem 0; background: color-mix(in srgb, var(--tint) calc(var(--p) * 100%), transparent); box-shadow: inset 0 -1px 0 var(--line); cursor: default; }
.token.masked { background: none; color: var(--masked); text-decoration: line-through; text-decoration-thickness: 1px; box-shadow: none; }
.token:hover, .token:focus { outline: 2px solid var(--accent); outline-offset: 0; }
.context { color: var(--quiet); font-style: italic; }
.mark { color: var(--quiet); }
.key { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; align-items: center; font-size: .875rem; }
.ramp { display: inline-block; width: 6rem; height: .75rem; border: 1px solid var(--line); background: linear-gradient(to right, transparent, var(--tint)); vertical-align: -1px; }
@media print {
  body { font-size: 10pt; }
  .token-controls { position: static; }
  .token { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  h2 { break-after: avoid; }
  figure, table { break-inside: avoid; }
}
`;
