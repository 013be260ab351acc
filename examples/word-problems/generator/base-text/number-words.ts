const small = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
  'thirteen',
  'fourteen',
  'fifteen',
  'sixteen',
  'seventeen',
  'eighteen',
  'nineteen',
];
const tens = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];

/** An integer in [0, 99] in words. */
export function numberInWords(value: number): string {
  if (!Number.isInteger(value) || value < 0 || value > 99) throw new RangeError(`not an integer in [0, 99]: ${value}`);
  if (value < 20) return small[value];
  const unit = value % 10;
  return unit === 0 ? tens[value / 10] : `${tens[(value - unit) / 10]}-${small[unit]}`;
}
