// @ts-check
/** Quiet hours, on the wall clock of this device: the same rule as the server's. */

/** @typedef {{begins: string, ends: string, days?: string[]}} Quiet `HH:MM`; on which days they begin, all if none is named */

export const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** Whether quiet hours hold at a moment. @param {Quiet | null} quiet @param {Date} at */
export function isQuiet(quiet, at) {
  if (!quiet) return false;
  const clock = `${String(at.getHours()).padStart(2, '0')}:${String(at.getMinutes()).padStart(2, '0')}`;
  const { begins, ends, days = [] } = quiet;
  const today = (at.getDay() + 6) % 7;
  const on = (/** @type {number} */ day) => !days.length || days.includes(DAYS[day % 7]);
  if (begins < ends) return on(today) && begins <= clock && clock < ends;
  return (on(today) && begins <= clock) || (on(today + 6) && clock < ends);
}
