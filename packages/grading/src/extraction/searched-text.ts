import { limits } from '../limits.js';

/** The end of a response, where answers stand: all that is searched. */
export const searchedText = (response: string): string => response.slice(-limits.searchedText);
