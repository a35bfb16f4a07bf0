// @ts-check
/** How notifications fare on their way out, for a workspace's owner: worlds, dispatches, and opening again what was given up. */
import { useCallback, useEffect, useState } from '../core/html.js';
import { on } from '../net/connection.js';
import { call } from '../net/http.js';
import { toast } from './notices.js';
import { go, pathToSection, workspace } from './route.js';
import { workspaces } from './store.js';

const EVERY_MS = 4_000;
/** Rates cost the server a look at all of a day. */
const WORLDS_EVERY_MS = 10_000;
const PAGE = 50;
const MOST = 200;

/**
 * @typedef {import('../view/legs.js').Dispatch} Dispatch
 * @typedef {{state: string, world: string, user: string}} Wanted
 * @typedef {{world: string, name: string, waiting?: number, retrying?: number, sent_hour?: number, sent_day?: number, given_up_hour?: number, given_up_day?: number,
 *   attempts_per_minute?: number, failure_rate?: number, last_error?: {at: string, code?: string, words?: string},
 *   circuit?: {state: 'closed' | 'open' | 'half_open', failures: number, words: string, since?: string, until?: string}}} World
 */

const here = () => `/workspaces/${workspace.peek()?.id}`;

/**
 * Tells an owner when a world refuses what this server is configured with: no retry mends that. Tells owners, and whoever
 * uploaded it, when a file goes to quarantine.
 */
export function followAlarms() {
  on('file.quarantined', ({ file }) => {
    const where = workspaces.peek()?.find(({ id }) => id === file.workspace_id);
    if (where) toast(`${file.name} in ${where.name} is in quarantine. ${file.detail ?? ''}`, { tone: 'alert' });
  });
  on('world.refused', ({ workspace_id, name, words }) => {
    const where = workspaces.peek()?.find(({ id }) => id === workspace_id);
    if (!where) return;
    const action = { label: 'Look', run: () => go(pathToSection(where.slug, 'admin', 'notifications')) };
    toast(`${name} refuses notifications of ${where.name}: ${words}. Somebody has to mend the server’s settings.`, { tone: 'alert', action });
  });
}

/** Calls `load` now, and again and again while the page is looked at. @param {() => void} load @param {number} everyMs */
function useRefreshed(load, everyMs) {
  useEffect(() => {
    load();
    const timer = setInterval(() => document.visibilityState === 'visible' && load(), everyMs);
    return () => clearInterval(timer);
  }, [load, everyMs]);
}

/** The worlds, kept fresh. */
export function useWorlds() {
  const [worlds, setWorlds] = useState(/** @type {World[] | null} */ (null));
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const load = useCallback(() => void call('GET', `${here()}/notification-worlds`).then(({ items }) => (setWorlds(items), setProblem(null)), setProblem), []);
  useRefreshed(load, WORLDS_EVERY_MS);
  return { worlds, problem, load };
}

/** The dispatches that are wanted, kept fresh as far as they were loaded. @param {Wanted} wanted */
export function useDispatches(wanted) {
  const [items, setItems] = useState(/** @type {Dispatch[] | null} */ (null));
  const [next, setNext] = useState(/** @type {string | null} */ (null));
  const [limit, setLimit] = useState(PAGE);
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const query = new URLSearchParams(Object.entries({ ...wanted, limit: String(limit) }).filter(([, value]) => value)).toString();
  const load = useCallback(() => {
    const asked = query;
    const taken = (page) => asked === query && (setItems(page.items), setNext(page.next), setProblem(null));
    call('GET', `${here()}/dispatches?${asked}`).then(taken, setProblem);
  }, [query]);
  useRefreshed(load, EVERY_MS);
  useEffect(() => setItems(null), [wanted.state, wanted.world, wanted.user]);
  return { items, problem, load, hasMore: next !== null && limit < MOST, more: () => setLimit((shown) => Math.min(MOST, shown + PAGE)), isCut: next !== null && limit >= MOST };
}

/** Opens some again, by their ids. @param {string[]} ids @returns {Promise<number>} how many there were */
export const redriveThese = (ids) => call('POST', `${here()}/dispatches/redrive`, { ids }).then(({ redriven }) => redriven);

/**
 * Opens again all that a filter lets through, request by request.
 * @param {{world?: string, user?: string}} filter @param {(done: number, left: number) => void} told
 */
export async function redriveAll(filter, told) {
  let done = 0;
  for (;;) {
    const { redriven, left } = await call('POST', `${here()}/dispatches/redrive`, { filter });
    done += redriven;
    told(done, left);
    if (!left || !redriven) return done;
  }
}
