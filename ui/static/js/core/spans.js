// @ts-check
/** Spans of time as people choose and read them. */
import { LOCALE } from './locale.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ago = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto' });
const clock = new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit' });
const dated = new Intl.DateTimeFormat(LOCALE, { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });

/** @typedef {{key: string, label: string, end: () => Date | null}} Span */

/** @param {number} ms */
const after = (ms) => () => new Date(Date.now() + ms);

/** The first moment of a day. @param {number} days from today */
function morning(days) {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days);
}

/** The end of the week, Sunday night. */
const week = () => morning(8 - (new Date().getDay() || 7));

/** @type {Span[]} how long a status may hold */
export const STATUS_SPANS = [
  { key: 'never', label: 'Until I change it', end: () => null },
  { key: '30m', label: '30 minutes', end: after(30 * MINUTE) },
  { key: '1h', label: '1 hour', end: after(HOUR) },
  { key: '4h', label: '4 hours', end: after(4 * HOUR) },
  { key: 'today', label: 'Today', end: () => morning(1) },
  { key: 'week', label: 'This week', end: week },
];

/** @type {Span[]} how long nothing may disturb */
export const DND_SPANS = [
  { key: '30m', label: '30 minutes', end: after(30 * MINUTE) },
  { key: '1h', label: '1 hour', end: after(HOUR) },
  { key: '2h', label: '2 hours', end: after(2 * HOUR) },
  { key: 'tomorrow', label: 'Until tomorrow', end: () => morning(1) },
];

/** A moment as a field of type datetime-local holds it. @param {Date} at */
export function fieldTime(at) {
  const shifted = new Date(at.getTime() - at.getTimezoneOffset() * MINUTE);
  return shifted.toISOString().slice(0, 16);
}

/** "14:30", or with its day when that is not today. @param {string} at */
export function untilWords(at) {
  const day = new Date(at);
  return (day.toDateString() === new Date().toDateString() ? clock : dated).format(day);
}

/** "3 hours ago". @param {string} at */
export function agoWords(at) {
  const ms = Math.min(0, new Date(at).getTime() - Date.now());
  for (const [unit, size] of /** @type {const} */ ([['day', 24 * HOUR], ['hour', HOUR], ['minute', MINUTE]])) {
    if (-ms >= size) return ago.format(Math.trunc(ms / size), unit);
  }
  return 'just now';
}

/** What a clock in a time zone shows. @param {string} timezone */
export const localTime = (timezone) => new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit', weekday: 'short', timeZone: timezone }).format(new Date());
