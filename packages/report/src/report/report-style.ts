/** What a report has beyond the style sheet of every page. */
export const reportStyle = `
:root { --heat: #08519c; --good: #00795a; --bad: #b3261e; --code: #f1f3f5; }
@media (prefers-color-scheme: dark) { :root { --heat: #7bb8f2; --good: #3ccf9f; --bad: #ff9c93; --code: #1d2125; } }
html { scroll-padding-top: 4.5rem; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: .5rem; z-index: 5; background: var(--page); padding: .5rem 1rem; border: 1px solid var(--accent); }
body.report main, body.report header.page, body.report footer.page { max-width: 84rem; }
nav.sections { position: sticky; top: 0; z-index: 3; background: var(--page); border-bottom: 1px solid var(--line); }
nav.sections ul { max-width: 84rem; margin: 0 auto; padding: .5rem 1.25rem; display: flex; flex-wrap: wrap; gap: .125rem 1.125rem; list-style: none; font-size: .875rem; }
nav.sections a { color: var(--quiet); text-decoration: none; padding: .125rem 0; }
nav.sections a:hover { color: var(--ink); text-decoration: underline; }
body.report h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; padding-top: .25rem; }
body.report h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
body.report p { max-width: 56rem; }
main > section { content-visibility: auto; contain-intrinsic-size: auto 60rem; }
section[hidden] { display: none; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(30rem, 100%), 1fr)); gap: 1.25rem 2.5rem; margin: 1rem 0; }
.charts.small { grid-template-columns: repeat(auto-fill, minmax(min(22rem, 100%), 1fr)); }
.charts figure { margin: 0; min-width: 0; max-width: 46rem; }
.charts.small figure { max-width: 30rem; }
.charts .chart { max-width: none; }
.scroll.table { overflow: auto; max-height: 80vh; border: 1px solid var(--line); border-radius: 6px; margin: .75rem 0; width: fit-content; max-width: 100%; }
.scroll.table table { border-collapse: separate; border-spacing: 0; }
.scroll.table thead { position: sticky; top: 0; z-index: 2; background: var(--panel); }
.scroll.table thead th { background: var(--panel); border-bottom: 1px solid var(--line); vertical-align: bottom; font-size: .875rem; }
.scroll.table th, .scroll.table td { padding: .375rem .75rem; white-space: nowrap; }
.scroll.table thead th.group { border-left: 1px solid var(--line); }
.scroll.table tbody th { position: sticky; left: 0; background: var(--page); z-index: 1; }
.scroll.table tbody tr:last-child th, .scroll.table tbody tr:last-child td { border-bottom: 0; }
.scroll.table td:first-of-type br + .quiet { white-space: normal; display: inline-block; max-width: 40rem; }
tr.baseline th, tr.baseline td { background: var(--panel); }
.scroll.table tr.baseline th { background: var(--panel); }
.tag { font-size: .75rem; color: var(--quiet); border: 1px solid var(--line); border-radius: 999px; padding: 0 .5rem; margin-left: .375rem; }
.status { font-variant-numeric: tabular-nums; white-space: nowrap; }
.status::before { content: ""; display: inline-block; width: .625rem; height: .625rem; border-radius: 50%; margin-right: .4375rem; border: 2px solid var(--quiet); vertical-align: -.0625rem; }
.status.finished::before { background: var(--good); border-color: var(--good); }
.status.failed { color: var(--bad); }
.status.failed::before { background: var(--bad); border-color: var(--bad); border-radius: 0; }
.status.running::before { border-color: var(--accent); background: linear-gradient(90deg, var(--accent) 50%, transparent 50%); }
.statuses { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; }
progress { accent-color: var(--accent); width: 7rem; vertical-align: middle; }
td.steps { font-variant-numeric: tabular-nums; }
details { margin: .25rem 0; }
summary { cursor: pointer; padding: .1875rem 0; }
pre { background: var(--code); border-radius: 6px; padding: .75rem 1rem; margin: .375rem 0 .75rem; overflow-x: auto; font: .8125rem/1.6 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; font-size: .9em; }
.controls { display: flex; flex-wrap: wrap; gap: .5rem 1.25rem; align-items: center; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: .625rem .875rem; margin: .75rem 0; }
.controls label { display: inline-flex; gap: .5rem; align-items: center; }
.controls label[hidden] { display: none; }
.controls select, button { font: inherit; color: inherit; background: var(--page); border: 1px solid var(--quiet); border-radius: 4px; padding: .1875rem .5rem; max-width: 24rem; }
.controls output { font-variant-numeric: tabular-nums; flex: 1 1 18rem; min-height: 1.5em; }
.shares { display: flex; height: 1.625rem; border-radius: 4px; overflow: hidden; margin: .5rem 0; max-width: 56rem; font-size: .8125rem; font-variant-numeric: tabular-nums; }
.share { min-width: 1.75rem; text-align: center; line-height: 1.625rem; border-right: 2px solid var(--page); color: #ffffff; background: #0072b2; }
.share.second { background: #b34700; }
.share.both, .share.equal { background: var(--line); color: var(--ink); }
.share.neither { background: var(--panel); color: var(--ink); box-shadow: inset 0 0 0 1px var(--line); }
.items { list-style: none; padding: 0; margin: .5rem 0; }
.items li { border-bottom: 1px solid var(--line); }
.items dl { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: .375rem 1.25rem; margin: .25rem 0 .75rem 1.25rem; }
.items dt { color: var(--quiet); max-width: 16rem; overflow-wrap: anywhere; }
.items dd { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.item-number { display: inline-block; min-width: 2.75rem; color: var(--quiet); font-variant-numeric: tabular-nums; }
.ramp.heat { background: linear-gradient(to right, transparent, var(--heat)); }
.sample { display: inline-block; width: 1.5rem; height: 1rem; border: 1px solid var(--line); vertical-align: -2px; }
.context-text { color: var(--quiet); white-space: pre-wrap; font-size: .875rem; }
.scroll.table.heat { max-height: 70vh; padding: 0; }
.scroll.table.heat th, .scroll.table.heat td { padding: 0 .5rem; border: 0; line-height: 1.5rem; }
.scroll.table.heat tbody th { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; font-size: .8125rem; border-right: 1px solid var(--line); white-space: pre; }
.scroll.table.heat td { min-width: 2.5rem; height: 1.5rem; padding: 0; border-right: 1px solid var(--page); border-bottom: 1px solid var(--page); background-color: color-mix(in srgb, var(--heat) calc(var(--p) * 100%), var(--panel)); }
.scroll.table.heat td:focus-visible { outline: 2px solid var(--series-2); outline-offset: -2px; }
.scroll.table.heat td.masked, .sample.masked { background-image: repeating-linear-gradient(135deg, transparent 0 4px, var(--page) 4px 5px, var(--quiet) 5px 6px); }
.live { display: inline-flex; align-items: center; gap: .375rem; font-size: .875rem; color: var(--quiet); }
@media print {
  :root {
    color-scheme: light;
    --page: #ffffff; --panel: #f6f7f8; --ink: #1b1f24; --quiet: #59616b; --line: #d5d9de; --grid: #e6e9ec;
    --accent: #0b5cad; --tint: #9cc9f0; --masked: #68707a; --heat: #08519c; --good: #00795a; --bad: #b3261e; --code: #f1f3f5;
    --series-1: #0072b2; --series-2: #c24e00; --series-3: #00795a; --series-4: #a3477f; --series-5: #6b5b00; --series-6: #5a5a5a;
  }
  @page { margin: 14mm; }
  main > section { content-visibility: visible; }
  nav.sections, .skip, .live, #items-more { display: none; }
  body.report main, body.report header.page, body.report footer.page { max-width: none; padding: 0; }
  .controls { background: none; border: 0; padding: 0; }
  .controls select { appearance: none; border: 0; padding: 0; background: none; }
  #tokens-cell, .controls label:has(#items-filter) { display: none; }
  .charts { grid-template-columns: 1fr 1fr; gap: 4mm 6mm; }
  .charts.small { grid-template-columns: 1fr 1fr 1fr; }
  figure, .charts figure, .items li { break-inside: avoid; }
  section table { break-inside: auto; }
  tr { break-inside: avoid; }
  .scroll.table { overflow: visible; max-height: none; border: 0; width: auto; }
  .scroll.table.heat { max-height: none; }
  .scroll.table thead, .scroll.table tbody th { position: static; }
  .scroll.table th, .scroll.table td { white-space: normal; padding: .125rem .375rem; font-size: 8pt; }
  .scroll.table.heat th, .scroll.table.heat td { padding: 0 .25rem; line-height: 1rem; height: 1rem; }
  .scroll.table.heat td, .share, .status::before, .ramp, .sample, progress { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
`;
