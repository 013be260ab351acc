import { searchedText } from './searched-text.js';

/**
 * The last number of a text, in a canonical form, so that `1,000.50`, `1000.5` and `+1000.5` are equal. A decimal point
 * needs a digit after it, so a full stop that ends the sentence is not part of the number.
 */
export function lastNumber(text: string): string | undefined {
  let last: string | undefined;
  for (const match of searchedText(text).matchAll(/(?<![\d.])[-−]?(?:\d[\d,]*)?\.?\d+/gu)) last = match[0];
  return last === undefined ? undefined : canonicalNumber(last.replaceAll(',', '').replace('−', '-'));
}

/** Without leading zeros, trailing fraction zeros and negative zero; digits are kept as text, so none are rounded away. */
function canonicalNumber(text: string): string {
  const negative = text.startsWith('-');
  const [whole, fraction = ''] = text.slice(negative ? 1 : 0).split('.');
  const digits = whole.replace(/^0+/, '') || '0';
  const decimals = fraction.replace(/0+$/, '');
  const magnitude = decimals === '' ? digits : `${digits}.${decimals}`;
  return negative && magnitude !== '0' ? `-${magnitude}` : magnitude;
}
