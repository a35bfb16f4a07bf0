// @ts-check
/** A list of files, page by page, brought up to date when files are sent. */
import { useCallback, useEffect, useRef, useState } from '../core/html.js';
import { call } from '../net/http.js';
import { on } from '../net/connection.js';
import { take } from './files.js';
import { workspace } from './route.js';

const PAGE = 40;
const SETTLE_MS = 250;

/** @typedef {{channel: string, kind: string, by: string, q: string}} Filter empty: any */

/** @param {Filter} filter */
export function useFileList(filter) {
  const [ids, setIds] = useState(/** @type {string[] | null} */ (null));
  const [next, setNext] = useState(/** @type {string | null} */ (null));
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);
  const wanted = new URLSearchParams(Object.entries({ ...filter, q: filter.q.trim(), limit: String(PAGE) }).filter(([, value]) => value)).toString();
  const asked = useRef('');
  const path = `/workspaces/${workspace.value?.id}/files?${wanted}`;
  const fetched = async (from, apply) => {
    asked.current = from;
    setBusy(true);
    try {
      const page = await call('GET', from);
      if (asked.current !== from) return;
      page.items.forEach(take);
      apply(page);
      setProblem(null);
    } catch (fault) {
      if (asked.current === from) setProblem(fault);
    }
    setBusy(false);
  };
  const load = useCallback(() => fetched(path, (page) => (setIds(page.items.map(({ id }) => id)), setNext(page.next))), [path]);
  const more = useCallback(() => {
    if (!next || busy) return;
    fetched(`${path}&cursor=${encodeURIComponent(next)}`, (page) => (setIds((held) => [...new Set([...(held ?? []), ...page.items.map(({ id }) => id)])]), setNext(page.next)));
  }, [path, next, busy]);
  useEffect(() => {
    const timer = setTimeout(load, ids ? SETTLE_MS : 0);
    return () => clearTimeout(timer);
  }, [load]);
  useEffect(() => {
    const stops = ['message.sent', 'message.replied'].map((name) => on(name, ({ message, entry }) => (message ?? entry)?.file_ids?.length && load()));
    return () => stops.forEach((stop) => stop());
  }, [load]);
  return { ids, problem, busy, load, more, hasMore: next !== null && next !== undefined };
}
