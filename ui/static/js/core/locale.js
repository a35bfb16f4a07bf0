// @ts-check
/**
 * The language in which dates and numbers are written: what the person chose, else what the browser says. It is remembered
 * here, so that it is known before anything is drawn; a change counts from the next time the page loads.
 */
const KEY = 'parlour.language';

/** @type {string | undefined} */
export const LOCALE = remembered();

function remembered() {
  try {
    return Intl.getCanonicalLocales(localStorage.getItem(KEY) ?? [])[0];
  } catch {
    return undefined;
  }
}

/** Remembers what somebody chose; returns whether it is another than what is shown. @param {string | null | undefined} language */
export function rememberLanguage(language) {
  if (language) localStorage.setItem(KEY, language);
  else localStorage.removeItem(KEY);
  return (language ?? undefined) !== LOCALE;
}
