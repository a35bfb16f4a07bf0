// @ts-check
/** The workflows of a workspace, for those who run it: counted, listed, one of them, and what may be done to it. */
import { useCallback, useEffect, useState } from '../core/html.js';
import { link, on, request } from '../net/connection.js';
import { call } from '../net/http.js';
import { workspace } from './route.js';

const EVERY_MS = 5_000;
const SOON_MS = 400;
const PAGE = 25;

/**
 * @typedef {'stuck' | 'running' | 'done' | 'failed' | 'cancelled' | 'terminated'} State
 * @typedef {{step: string, activity: string, state: string, attempt: number, attempts_max?: number, since?: string, last_error?: string, next_try_at?: string}} Step
 * @typedef {{type: string, title: string, promises: string, counts: Partial<Record<State, number>>}} Counted
 * @typedef {{items: Counted[], totals: Partial<Record<State, number>>, people_counted: number}} Summary
 * @typedef {{id: string, type: string, title: string, subject: string, state: State, words: string, started_at: string, ended_at: string | null, pending: Step[], workflow: {id: string, url: string}}} Item
 * @typedef {{at: string, words: string, tone?: 'plain' | 'good' | 'bad', took_ms?: number, attempts?: number}} Happened
 * @typedef {{action: 'retry' | 'cancel' | 'terminate', words: string}} Offer
 * @typedef {Item & {promises: string, steps: {activity: string, words: string}[], next: string, why: string, events: number, happened: Happened[], is_cut: boolean,
 *   actions: Offer[], run_id: string | null, started_by: string | null}} Workflow
 * @typedef {{type: string, state: string}} Wanted
 */

const here = () => `/workspaces/${workspace.peek()?.id}/workflows`;

/** What the workspace's workflows answer below a path, kept fresh while it is looked at and when a run changes. @param {string} path */
function useFresh(path) {
  const [found, setFound] = useState(/** @type {any} */ (null));
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const load = useCallback(() => {
    let isWanted = true;
    call('GET', `${here()}${path}`).then(
      (answer) => isWanted && (setFound(answer), setProblem(null)),
      (error) => isWanted && setProblem(error),
    );
    return () => void (isWanted = false);
  }, [path]);
  useEffect(() => load(), [load]);
  useFollowing(load);
  return { found, problem, load };
}

/** Looks again now and then, and soon after a run of the workspace changed. @param {() => void} load */
function useFollowing(load) {
  useEffect(() => {
    const id = workspace.peek()?.id;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let soon;
    const again = () => void (document.visibilityState === 'visible' && load());
    const timer = setInterval(again, EVERY_MS);
    const stop = on('workflow.changed', ({ run }) => {
      if (run.workspace_id !== id) return;
      clearTimeout(soon);
      soon = setTimeout(again, SOON_MS);
    });
    return () => (clearInterval(timer), clearTimeout(soon), stop());
  }, [load]);
  const isOnline = link.value.state === 'online';
  useEffect(() => {
    // Whatever is missed while offline is found by looking again.
    if (isOnline) request('workflow.follow', { workspace_id: workspace.peek()?.id }).catch(() => undefined);
  }, [isOnline]);
}

/** How many there are of each type, in each state. @returns {{found: Summary | null, problem: any, load: () => void}} */
export const useSummary = () => useFresh('/summary');

/** One workflow. @param {string} id @returns {{found: Workflow | null, problem: any, load: () => void}} */
export const useWorkflow = (id) => useFresh(`/${encodeURIComponent(id)}`);

/** Those of a type and a state, stuck ones first; more of them on demand. @param {Wanted} wanted */
export function useWorkflows({ type, state }) {
  const query = new URLSearchParams({ limit: String(PAGE), ...(type && { type }), ...(state && { state }) });
  const { found, problem, load } = useFresh(`?${query}`);
  const [rest, setRest] = useState(/** @type {{of: string, items: Item[], next: string | null}} */ ({ of: '', items: [], next: null }));
  const [busy, setBusy] = useState(false);
  const key = String(query);
  const isBehind = rest.of === key && rest.items.length > 0;
  const next = isBehind ? rest.next : (found?.next ?? null);
  const more = async () => {
    setBusy(true);
    const page = await call('GET', `${here()}?${query}&cursor=${encodeURIComponent(next ?? '')}`).finally(() => setBusy(false));
    setRest({ of: key, items: [...(isBehind ? rest.items : []), ...page.items], next: page.next });
  };
  const items = found && distinct([...found.items, ...(isBehind ? rest.items : [])]);
  return { items: /** @type {Item[] | null} */ (items), problem, load, next, more, busy };
}

/** @param {Item[]} items */
function distinct(items) {
  const known = new Set();
  return items.filter(({ id, started_at }) => !known.has(`${id} ${started_at}`) && known.add(`${id} ${started_at}`));
}

/** Does to a workflow what was offered. @param {string} id @param {Offer['action']} action */
export const actOn = (id, action) => call('POST', `${here()}/${encodeURIComponent(id)}/${action}`);

/** Starts an export, and returns the id under which it is looked at here. @param {'mine' | 'public'} channels @returns {Promise<string | undefined>} */
export async function startExport(channels) {
  const run = await call('POST', '/workflow-runs', { type: 'export', workspace_id: workspace.peek()?.id, input: { channels } });
  return run.workflow?.id.replaceAll('/', ':');
}

/** Where the zip of an export of mine is loaded from; null once it is not kept any more. @param {string} runId @returns {Promise<string | null>} */
export const exportAddress = async (runId) => (await call('GET', `/workflow-runs/${encodeURIComponent(runId)}?workspace_id=${workspace.peek()?.id}`)).result?.url ?? null;
