// @ts-check
/**
 * What this browser remembers. Storage may be full or forbidden: then things are remembered in memory until the
 * tab closes.
 */
const PREFIX = 'parlour.';
/** @type {Map<string, string>} */
const memory = new Map();

/** @param {string} key @returns {any} what was kept under `key`, or null */
export function recall(key) {
  const text = memory.get(key) ?? attempt(() => localStorage.getItem(PREFIX + key)) ?? null;
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

/** @param {string} key @param {any} value */
export function keep(key, value) {
  const text = JSON.stringify(value);
  const kept = attempt(() => {
    localStorage.setItem(PREFIX + key, text);
    return true;
  });
  if (kept) memory.delete(key);
  else memory.set(key, text);
}

/** @param {string} key */
export function forget(key) {
  memory.delete(key);
  attempt(() => localStorage.removeItem(PREFIX + key));
}

/** @param {string} prefix @returns {string[]} the keys that begin with `prefix` */
export function keysUnder(prefix) {
  const stored = attempt(() => Object.keys(localStorage)) ?? [];
  const own = stored.filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length));
  return [...new Set([...own, ...memory.keys()])].filter((key) => key.startsWith(prefix));
}

/**
 * Calls `listener(key)` when another tab changes what is kept.
 * @param {(key: string) => void} listener
 */
export function onKeptElsewhere(listener) {
  addEventListener('storage', (event) => {
    if (event.key?.startsWith(PREFIX)) listener(event.key.slice(PREFIX.length));
  });
}

/** This tab's own id, the same after a reload. @param {() => string} make */
export function tabId(make) {
  const id = attempt(() => sessionStorage.getItem(`${PREFIX}tab`)) ?? make();
  attempt(() => sessionStorage.setItem(`${PREFIX}tab`, id));
  return id;
}

/** @template T @param {() => T} action @returns {T | undefined} */
function attempt(action) {
  try {
    return action();
  } catch {
    return undefined;
  }
}
