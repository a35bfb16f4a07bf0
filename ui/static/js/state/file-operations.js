// @ts-check
/** How files fare in a workspace, for its owner: scanner and store, what waits, quarantine, scanning all again, the audit. */
import { useCallback, useEffect, useState } from '../core/html.js';
import { call } from '../net/http.js';
import { workspace } from './route.js';

const EVERY_MS = 5_000;
const PAGE = 30;
const MOST = 200;

/**
 * @typedef {{id: string, url: string}} Workflow
 * @typedef {{id: string, name: string, size: number, uploader_id: string, state: string, since: string, waiting: boolean, detail: string, workflow: Workflow}} WaitingFile
 * @typedef {{scanner: {answering: boolean, words: string, version: string, signatures: string, dated: string | null, test_only: boolean},
 *   store: {answering: boolean, words: string, used_bytes: number, quota_bytes: number},
 *   waiting: WaitingFile[], waiting_count: number, quarantined_count: number}} Fared
 * @typedef {{id: string, name: string, size: number, kind: string, mime_type: string, uploader_id: string, quarantined_at: string, verdict: string, found: string,
 *   is_infected: boolean, workflow: Workflow}} Quarantined
 * @typedef {{state: 'never' | 'running' | 'waiting' | 'done', words: string, contents: number, looked_at: number, started_at: string | null, finished_at: string | null,
 *   workflow: Workflow}} Rescan
 * @typedef {{id: string, at: string, actor_id: string | null, action: string, subject: string, detail: string}} AuditEntry
 */

const here = () => `/workspaces/${workspace.peek()?.id}`;

/** What a path below the workspace answers, kept fresh while the page is looked at. @template T @param {string} path @returns {{found: T | null, problem: any, load: () => void}} */
function useFresh(path) {
  const [found, setFound] = useState(/** @type {any} */ (null));
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const load = useCallback(() => void call('GET', `${here()}/${path}`).then((answer) => (setFound(answer), setProblem(null)), setProblem), [path]);
  useEffect(() => {
    load();
    const timer = setInterval(() => document.visibilityState === 'visible' && load(), EVERY_MS);
    return () => clearInterval(timer);
  }, [load]);
  return { found, problem, load };
}

/** A list below the workspace, kept fresh as far as it was loaded. @template T @param {string} path */
export function useFreshPages(path) {
  const [limit, setLimit] = useState(PAGE);
  const { found, problem, load } = useFresh(`${path}${path.includes('?') ? '&' : '?'}limit=${limit}`);
  const page = /** @type {{items: T[], next: string | null} | null} */ (found);
  const hasMore = Boolean(page?.next) && limit < MOST;
  return { items: page?.items ?? null, problem, load, hasMore, more: () => setLimit((shown) => Math.min(MOST, shown + PAGE)) };
}

/** Scanner, store and what waits. */
export const useFared = () => /** @type {{found: Fared | null, problem: any, load: () => void}} */ (useFresh('file-operations'));

/** How far scanning all again is. */
export const useRescan = () => /** @type {{found: Rescan | null, problem: any, load: () => void}} */ (useFresh('rescan'));

export const useQuarantine = () => /** @type {ReturnType<typeof useFreshPages<Quarantined>>} */ (useFreshPages('quarantine'));
export const useAudit = () => /** @type {ReturnType<typeof useFreshPages<AuditEntry>>} */ (useFreshPages('audit?action=file.*,files.*'));

/** Lets a file out of quarantine. @param {string} fileId @param {{reason: string, confirm: boolean}} why */
export const release = (fileId, why) => call('POST', `/files/${fileId}/release`, why);

/** Tries a file at once. @param {string} fileId */
export const retryFile = (fileId) => call('POST', `/files/${fileId}/retry`);

/** Has everything scanned again. */
export const rescan = () => call('POST', `${here()}/rescan`);
