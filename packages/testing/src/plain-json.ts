/**
 * Where a value is not plain JSON, i.e. would not come back from `JSON.stringify` and `JSON.parse` as it was; `undefined`
 * when it is. Typed arrays, maps, dates, `undefined`, NaN and infinities are not.
 */
export function notPlainJson(value: unknown, path = ''): string | undefined {
  const where = path === '' ? 'it' : path;
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `${where} is ${value}`;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const found = notPlainJson(item, `${path}[${index}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (typeof value !== 'object') return `${where} is ${value === undefined ? 'undefined' : `a ${typeof value}`}`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return `${where} is a ${value.constructor.name}`;
  for (const [key, item] of Object.entries(value)) {
    const found = notPlainJson(item, path === '' ? key : `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
