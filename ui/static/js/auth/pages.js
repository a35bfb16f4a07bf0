// @ts-check
/** What the pages behind mails' links share: one thing is asked, then another is said. */

/** @param {string} id @returns {HTMLElement} */
export const here = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** What stands behind the `#` of a mail's link, which no browser sends anywhere by itself. */
export const mailToken = () => location.hash.slice(1);

/** Shows a part of the page, with the words that belong into it, and puts the focus there. @param {HTMLElement} part @param {Record<string, string>} [words] */
export function reveal(part, words = {}) {
  for (const [name, text] of Object.entries(words)) {
    for (const place of part.querySelectorAll(`[data-${name}]`)) place.textContent = text;
  }
  part.hidden = false;
  const inside = part.querySelector('input:enabled, [tabindex="-1"]');
  /** @type {HTMLElement} */ (inside ?? part).focus();
}

/** Shows another part instead of what was asked. @param {string} id @param {Record<string, string>} [words] */
export function showInstead(id, words = {}) {
  for (const part of document.querySelectorAll('#ask, form')) /** @type {HTMLElement} */ (part).hidden = true;
  reveal(here(id), words);
}
