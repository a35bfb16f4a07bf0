// @ts-check
/** What is searched for in the workspace on screen, and what was found. It stays while one looks at a hit. */
import { effect, signal } from '@preact/signals-core';
import { call } from '../net/http.js';
import { openPlace, workspace } from './route.js';

const TYPING_MS = 180;
const PAGE = 20;

/** @typedef {{type: 'message' | 'channel' | 'person' | 'file', id: string, highlight: string, [fact: string]: any}} Hit */
/** @typedef {{items: Hit[], next: string | null, unknown: string[]}} Found */

export const query = signal('');
/** @type {import('@preact/signals-core').Signal<'relevance' | 'time'>} */
export const sort = signal('relevance');
/** What is looked for. @type {import('@preact/signals-core').Signal<'' | 'files'>} */
export const kind = signal('');
/** @type {import('@preact/signals-core').Signal<Found | null>} null before the first answer */
export const found = signal(null);
/** @type {import('@preact/signals-core').Signal<any>} */
export const problem = signal(null);
export const busy = signal(false);
/** @type {import('@preact/signals-core').Signal<{q: string, at: string}[]>} */
export const recent = signal([]);
/** Raised to put the cursor into the field. */
export const focusAsked = signal(0);

let asked = 0;
let timer = 0;

const path = () => `/workspaces/${workspace.peek()?.id}`;
const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

/** Opens the search, with words if there are any. @param {string} [words] */
export function openSearch(words) {
  if (words !== undefined) setQuery(words, { now: true });
  openPlace('search');
  focusAsked.value += 1;
}

/** @param {string} words @param {{now?: boolean}} [how] */
export function setQuery(words, { now = false } = {}) {
  query.value = words;
  clearTimeout(timer);
  if (!words.trim()) return clear();
  busy.value = true;
  timer = setTimeout(ask, now ? 0 : TYPING_MS);
}

/** @param {'relevance' | 'time'} by */
export function setSort(by) {
  sort.value = by;
  if (query.peek().trim()) ask();
}

/** @param {'' | 'files'} wanted */
export function setKind(wanted) {
  if (wanted === kind.peek()) return;
  kind.value = wanted;
  found.value = null;
  if (query.peek().trim()) ask();
}

/** Asks for the first page. Answers that are overtaken are dropped. */
export async function ask() {
  clearTimeout(timer);
  const number = ++asked;
  busy.value = true;
  try {
    const page = await fetchPage(null);
    if (number !== asked) return;
    found.value = page;
    problem.value = null;
    // A page may end early: what it looks through is bounded. Then the next one is asked for by itself, a few times.
    for (let i = 0; i < 5 && number === asked && found.value.next && !found.value.items.length; i += 1) await more();
  } catch (error) {
    if (number === asked) problem.value = error;
  } finally {
    if (number === asked) busy.value = false;
  }
}

/** Adds the next page. */
export async function more() {
  const held = found.peek();
  const number = asked;
  if (!held?.next) return;
  const page = await fetchPage(held.next);
  if (number === asked) found.value = { items: [...held.items, ...page.items], next: page.next, unknown: held.unknown };
}

/** @param {string | null} cursor @returns {Promise<Found>} */
function fetchPage(cursor) {
  const asks = { q: query.peek(), sort: sort.peek(), tz: zone(), limit: String(PAGE), ...(kind.peek() && { type: kind.peek() }), ...(cursor && { cursor }) };
  return call('GET', `${path()}/search?${new URLSearchParams(asks)}`);
}

function clear() {
  asked += 1;
  found.value = problem.value = null;
  busy.value = false;
}

export const loadRecent = async () => void (recent.value = (await call('GET', `${path()}/searches`)).items);

/** Keeps what led somewhere. */
export async function remember() {
  const q = query.peek().trim();
  if (!q || recent.peek()[0]?.q === q) return;
  recent.value = [{ q, at: new Date().toISOString() }, ...recent.peek().filter((held) => held.q !== q)];
  await call('POST', `${path()}/searches`, { q }).catch(() => undefined);
}

/** Forgets one search, or all. @param {string} [q] */
export async function forgetRecent(q) {
  await call('DELETE', `${path()}/searches${q === undefined ? '' : `?${new URLSearchParams({ q })}`}`);
  recent.value = q === undefined ? [] : recent.peek().filter((held) => held.q !== q);
}

/** What is said around a message. @param {string} messageId @returns {Promise<import('./log.js').Entry[]>} */
export const contextOf = async (messageId) => (await call('GET', `/messages/${messageId}/context`)).items;

// Another workspace, another search.
let last = '';
effect(() => {
  const id = workspace.value?.id ?? '';
  if (last && id && id !== last) {
    query.value = '';
    recent.value = [];
    clear();
  }
  last = id || last;
});
