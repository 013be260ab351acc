/** Starts the interactive parts below an element. The last script of a report but the live one. */
export const setUpScript = String.raw`
function setUpParts(within) {
  within.querySelectorAll('[data-item-differences]').forEach(setUpItemDifferences);
  within.querySelectorAll('[data-token-heat-map]').forEach(setUpTokenHeatMap);
}
setUpParts(document);
`;
