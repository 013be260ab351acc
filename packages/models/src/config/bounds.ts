import type { Bounds } from './key-reader.js';

/** Wide enough for every published model, narrow enough that products of two stay exact integers. */
export const sizes: Bounds = { minimum: 1, maximum: 2 ** 24 };
export const counts: Bounds = { minimum: 1, maximum: 2 ** 31 - 1 };
export const ids: Bounds = { minimum: 0, maximum: 2 ** 31 - 1 };
export const layerCounts: Bounds = { minimum: 1, maximum: 4096 };
