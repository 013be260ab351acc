/**
 * Series colours told apart with the common colour-vision deficiencies: Okabe and Ito's hues, darkened to a contrast of
 * at least 4.5 on white. A page's style sheet gives lighter ones in the dark; these are the fallback elsewhere.
 */
const colours = ['#0072b2', '#c24e00', '#00795a', '#a3477f', '#6b5b00', '#5a5a5a'] as const;
/** A second cue besides colour. */
const dashes = ['', '6 3', '2 3', '8 3 2 3', '10 4', '1 4'] as const;

export function seriesColour(index: number): string {
  const slot = index % colours.length;
  return `var(--series-${slot + 1}, ${colours[slot]})`;
}

export function seriesDash(index: number): string {
  // Shifted at every return of a colour: 36 series differ.
  const dash = dashes[(index + Math.floor(index / colours.length)) % dashes.length];
  return dash === '' ? '' : ` stroke-dasharray="${dash}"`;
}
