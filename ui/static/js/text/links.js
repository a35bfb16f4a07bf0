// @ts-check
/** Which addresses may be links, and what to tell of where they lead. */
const PROTOCOLS = ['http:', 'https:', 'mailto:'];
// What browsers drop or fold while they read an address, so that it says one thing to people and another to them.
const HIDDEN = /[\u0000-\u0020\u007f-\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]/;
const LOOKS_LIKE_HOST = /^\s*(?:[a-z][a-z\d+.-]*:\/*)?(?:www\.)?([\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+)/iu;

/** The whole address that a link may lead to, or null. @param {string} address */
export function safeHref(address) {
  if (HIDDEN.test(address)) return null;
  try {
    const url = new URL(address);
    return PROTOCOLS.includes(url.protocol) && (url.host || url.protocol === 'mailto:') ? url.href : null;
  } catch {
    return null;
  }
}

/**
 * Where a link really leads, when its text suggests another place or hides foreign letters in a familiar name; else null.
 * @param {string} href a safe one @param {string} text
 */
export function trueHost(href, text) {
  const url = new URL(href);
  const host = url.host.replace(/^www\./, '');
  const claimed = LOOKS_LIKE_HOST.exec(text.normalize('NFKC'))?.[1].toLowerCase();
  if (!host) return claimed && !text.includes('@') ? url.pathname : null;
  if (host.split('.').some((label) => label.startsWith('xn--'))) return host;
  return claimed && claimed !== host && claimed !== url.hostname.replace(/^www\./, '') ? host : null;
}

/** The path of a link into this Parlour, to open without loading the page anew; else null. @param {string} href */
export function ownPath(href) {
  const url = new URL(href);
  return url.origin === location.origin && url.pathname.startsWith('/app/') ? url.pathname + url.search + url.hash : null;
}
