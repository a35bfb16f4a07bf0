// @ts-check

/** @param {number} count @param {string} one @param {string} [many] */
export const counted = (count, one, many = `${one}s`) => `${count.toLocaleString()} ${count === 1 ? one : many}`;

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

const ADDRESS = /https?:\/\/[^\s<>"']+/gi;

/**
 * Splits text into plain parts and http(s) links. Punctuation that ends a sentence is not part of a link, and a
 * closing bracket only when the link opened it.
 * @param {string} text @returns {{text: string, href?: string}[]}
 */
export function withLinks(text) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = withoutTail(match[0]);
    if (!safeAddress(address)) continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index) });
    parts.push({ text: address, href: address });
    end = match.index + address.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}

/** @param {string} address */
function withoutTail(address) {
  let link = address.replace(/[.,;:!?…]+$/, '');
  while (link.endsWith(')') && link.split(')').length > link.split('(').length) link = link.slice(0, -1);
  return link.replace(/[.,;:!?…]+$/, '');
}

/** @param {string} address */
function safeAddress(address) {
  try {
    return ['http:', 'https:'].includes(new URL(address).protocol);
  } catch {
    return false;
  }
}
