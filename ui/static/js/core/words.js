// @ts-check
import { LOCALE } from './locale.js';

/** @param {number} count @param {string} one @param {string} [many] */
export const counted = (count, one, many = `${one}s`) => `${count.toLocaleString(LOCALE)} ${count === 1 ? one : many}`;

/**
 * Names as a sentence has them: "Ben", "Ben and Cy", "Ben, Cy and 3 others".
 * @param {string[]} names @param {number} [shown]
 */
export function listed(names, shown = 2) {
  if (names.length <= 1) return names[0] ?? '';
  if (names.length === shown) return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  if (names.length < shown) return names.join(' and ');
  return `${names.slice(0, shown).join(', ')} and ${counted(names.length - shown, 'other')}`;
}

/** @param {string} name */
export function initials(name) {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], /** @type {string} */ (words.at(-1))] : words;
  return letters.map((word) => [...word][0]).join('').toLocaleUpperCase() || '?';
}

/** A number from 0 to 7 that stays the same for an id. @param {string} id */
export function hueOf(id) {
  let sum = 0;
  for (const char of id) sum = (sum * 31 + char.charCodeAt(0)) >>> 0;
  return ((sum ^ (sum >>> 13)) >>> 0) % 8;
}
