/** A number for people: up to four significant digits, a real minus sign; `digits` fixes those after the point. */
export function shownNumber(value: number, digits?: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const text =
    digits !== undefined
      ? value.toFixed(digits)
      : Number.isInteger(value)
        ? String(value)
        : Math.abs(value) >= 1e-4 && Math.abs(value) < 1e6
          ? String(Number(value.toPrecision(4)))
          : value.toExponential(2);
  return text.replace(/^-/, '−');
}

/** Digits after the point that a value with this uncertainty deserves: two significant ones of the uncertainty. */
export function meaningfulDigits(uncertainty: number): number {
  if (!(uncertainty > 0) || !Number.isFinite(uncertainty)) return 4;
  return Math.min(6, Math.max(0, 1 - Math.floor(Math.log10(uncertainty))));
}

/** `0.183 ± 0.012` */
export function shownMean(mean: number, standardError: number | undefined): string {
  if (standardError === undefined || standardError === 0) return shownNumber(mean);
  const digits = meaningfulDigits(standardError);
  return `${shownNumber(mean, digits)} ± ${shownNumber(standardError, digits)}`;
}

/** A p-value: two significant digits, or `< 0.001`. */
export function shownP(p: number): string {
  return p < 0.001 ? '<\u00a00.001' : String(Number(p.toPrecision(2)));
}
