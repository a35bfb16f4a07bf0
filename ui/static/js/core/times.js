// @ts-check
/** Times to come: suggestions, and the wall clock of this device as a form field has it. */
import { LOCALE } from './locale.js';

/** The time zone of this device, as `Europe/Berlin`. */
export const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

const near = new Intl.DateTimeFormat(LOCALE, { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
const far = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' });

/** @param {string} at @returns {string} "Mon, 30 Nov, 09:00" */
export const whenOf = (at) => (new Date(at).getFullYear() === new Date().getFullYear() ? near : far).format(new Date(at));

/** @param {Date | string} at @returns {string} `2026-11-30T09:00` on this device's wall clock */
export function wallOf(at) {
  const day = new Date(at);
  const two = (/** @type {number} */ number) => String(number).padStart(2, '0');
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}T${two(day.getHours())}:${two(day.getMinutes())}`;
}

/** @param {number} days from today @param {number} hour */
function dayAt(days, hour) {
  const today = new Date();
  return new Date(today.getFullYear(), today.getMonth(), today.getDate() + days, hour);
}

/** How many days it is to the next Monday, at least one. */
const toMonday = () => (8 - new Date().getDay()) % 7 || 7;

/** Times that people often choose. @returns {{label: string, at: Date}[]} */
export function suggestions() {
  const tomorrow = { label: 'Tomorrow', at: dayAt(1, 9) };
  const monday = { label: 'Monday', at: dayAt(toMonday(), 9) };
  return toMonday() === 1 ? [tomorrow] : [tomorrow, monday];
}

/** When something put off comes again. @returns {{label: string, at: Date}[]} */
export const soon = () => [
  { label: 'In 20 minutes', at: new Date(Date.now() + 20 * 60_000) },
  { label: 'In 1 hour', at: new Date(Date.now() + 3_600_000) },
  { label: 'In 3 hours', at: new Date(Date.now() + 3 * 3_600_000) },
  ...suggestions(),
];
