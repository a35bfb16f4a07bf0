// @ts-check
/** Sizes, shares and lengths as people read them. */
import { LOCALE } from './locale.js';
import { counted } from './words.js';

const UNITS = /** @type {const} */ (['kilobyte', 'megabyte', 'gigabyte', 'terabyte']);
const percent = new Intl.NumberFormat(LOCALE, { style: 'percent' });

/** "12 bytes", "1.4 MB". @param {number} bytes */
export function sizeWords(bytes) {
  if (bytes < 1000) return counted(bytes, 'byte');
  const step = Math.min(UNITS.length, Math.floor(Math.log10(bytes) / 3));
  const amount = bytes / 1000 ** step;
  return new Intl.NumberFormat(LOCALE, { style: 'unit', unit: UNITS[step - 1], maximumFractionDigits: amount < 10 ? 1 : 0 }).format(amount);
}

/** "42%". @param {number} part @param {number} whole */
export const shareWords = (part, whole) => percent.format(whole ? Math.floor((100 * part) / whole) / 100 : 0);

/** "3:07", "1:02:03". @param {number} seconds */
export function lengthWords(seconds) {
  const whole = Math.round(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return shown.map((part, at) => (at ? String(part).padStart(2, '0') : part)).join(':');
}
