// @ts-check
/** The language of searches as far as the browser edits it: which operators a text holds, and one more or one less. */

const OPERATOR = /-?\b(?:from|in|before|after|on|has|is|kind):(?:"[^"]*"|[^\s"]+)/gi;

/** The operators that a search holds, as they are written. @param {string} q @returns {string[]} */
export const operatorsOf = (q) => q.match(OPERATOR) ?? [];

/** @param {string} q @param {string} operator */
export const holds = (q, operator) => operatorsOf(q).some((found) => found.toLowerCase() === operator.toLowerCase());

/** The search with an operator put before its words, so that the last word is still being typed. @param {string} q @param {string} operator */
export const withOperator = (q, operator) => (holds(q, operator) ? q : `${operator} ${q.trimStart()}`);

/** @param {string} q @param {string} operator */
export function withoutOperator(q, operator) {
  let done = false;
  const rest = q.replace(OPERATOR, (found) => {
    if (done || found.toLowerCase() !== operator.toLowerCase()) return found;
    done = true;
    return '';
  });
  return rest.replace(/^\s+/, '').replace(/ {2,}/g, ' ');
}

/** @param {string} value quoted when it has to be */
export const quoted = (value) => (/[\s"]/.test(value) ? `"${value.replaceAll('"', '')}"` : value);

/** The day a number of days ago, as searches write it. @param {number} days */
export function daysAgo(days) {
  const day = new Date();
  day.setDate(day.getDate() - days);
  return `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, '0')}-${String(day.getDate()).padStart(2, '0')}`;
}
