// @ts-check
import { LOCALE } from './locale.js';
const clock = new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(LOCALE, { weekday: 'long', day: 'numeric', month: 'long' });
const withYear = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'long', year: 'numeric' });
const exact = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'full', timeStyle: 'medium' });

/** @param {string} at */
export const timeOf = (at) => clock.format(new Date(at));

/** The time without a.m. and p.m., for where there is little room. @param {string} at */
export const shortTime = (at) => clock.formatToParts(new Date(at)).filter(({ type }) => type !== 'dayPeriod').map(({ value }) => value).join('').trim();

/** @param {string} at */
export const exactTime = (at) => exact.format(new Date(at));

/** @param {string} at */
export const longDate = (at) => withYear.format(new Date(at));

/** @param {string} a @param {string} b */
export const sameDay = (a, b) => new Date(a).toDateString() === new Date(b).toDateString();

/** @param {string} at @returns {string} "today", "yesterday" or the date, within a sentence */
export const dayWithin = (at) => dayName(at).replace(/^(Today|Yesterday)$/, (word) => word.toLowerCase());

/** @param {string} at @returns {string} "Today", "Yesterday" or the date */
export function dayName(at) {
  const day = new Date(at);
  const now = new Date();
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (day.toDateString() === now.toDateString()) return 'Today';
  if (day.toDateString() === yesterday.toDateString()) return 'Yesterday';
  return (day.getFullYear() === now.getFullYear() ? weekday : withYear).format(day);
}
