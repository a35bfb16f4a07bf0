// @ts-check
/** What those who run a workspace look at: its channels in numbers, its storage, the health of what it runs on. */
import { useCallback, useEffect, useState } from '../core/html.js';
import { all, call } from '../net/http.js';
import { workspace } from './route.js';

const EVERY_MS = 5_000;

/**
 * @typedef {{id: string, kind: 'public' | 'private', name: string, members: number, messages: number, last_activity_at: string | null, created_at: string, posting: 'everyone' | 'moderators', archived: boolean}} ChannelSummary
 * @typedef {{quota_bytes: number, used_bytes: number, kinds: {kind: string, files: number, bytes: number}[], uploaders: {user_id: string, files: number, bytes: number}[],
 *   largest: {id: string, kind: string, size: number, uploader_id: string, created_at: string, messages: number}[], sweep: string[]}} Storage
 * @typedef {{status: string, role: string, dependencies: Record<string, {state: string, ms: number, required: boolean, detail: string}>}} Readiness
 * @typedef {{at: string, version: string, processes: {address: string, readiness: Readiness | null, words: string}[], queues: {name: string, waiting: number, consumers: number}[] | null,
 *   backlogs: {name: string, waiting: number, workers: number}[] | null, collections: {name: string, documents: number, bytes: number, index_bytes: number}[] | null}} HouseHealth
 */

const here = () => `/workspaces/${workspace.peek()?.id}`;

/** What is found by `look`, looked for again by `load`. @template T @param {() => Promise<T>} look @param {number} [everyMs] none: once */
function useFound(look, everyMs) {
  const [found, setFound] = useState(/** @type {T | null} */ (null));
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const load = useCallback(() => void look().then((answer) => (setFound(answer), setProblem(null)), setProblem), []);
  useEffect(() => {
    load();
    if (!everyMs) return undefined;
    const timer = setInterval(() => document.visibilityState === 'visible' && load(), everyMs);
    return () => clearInterval(timer);
  }, [load]);
  return { found, problem, load };
}

export const useChannelSummaries = () => useFound(() => /** @type {Promise<ChannelSummary[]>} */ (all(`${here()}/channel-summaries`)));
export const useStorage = () => useFound(() => /** @type {Promise<Storage>} */ (call('GET', `${here()}/storage`)));
export const useHouseHealth = () => useFound(() => /** @type {Promise<HouseHealth>} */ (call('GET', `${here()}/health`)), EVERY_MS);

/** Changes a channel, whether I am in it or not. @param {string} id @param {Record<string, unknown>} changes */
export const administerChannel = (id, changes) => call('PATCH', `${here()}/channel-summaries/${id}`, changes);
