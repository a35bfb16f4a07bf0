// @ts-check
/** What those see and do who look after a workspace: its members, its roles, its audit. */
import { useCallback, useEffect, useRef, useState } from '../core/html.js';
import { call } from '../net/http.js';
import { problemOf } from '../net/problem.js';
import { accessToken } from '../net/session.js';
import { workspace } from './route.js';

const PAGE = 50;

/**
 * @typedef {{user_id: string, name: string, handle: string, email: string, kind: string, role: string, role_id: string | null, state: 'active' | 'ended' | 'deactivated',
 *   joined_at: string, ends_at: string | null, last_active_at: string | null, lacks_second_factor: boolean}} Member
 * @typedef {{id: string | null, name: string, rights: string[], holders: number}} Role
 * @typedef {{rights: {name: string, meaning: string}[], roles: Role[]}} RoleTable
 * @typedef {{id: string, at: string, actor_id: string | null, action: string, subject: string, detail: string, seq: number | null,
 *   origin: {address: string, agent: string, kind: string | null} | null}} Entry
 * @typedef {{intact: boolean, entries: number, first_seq: number, last_seq: number, last_hash: string, next: number | null,
 *   faults: {kind: string, seq: number | null, words: string}[], checkpoint: {seq: number, at: string, removed: number} | null}} Verified
 * @typedef {{on: boolean, grace_days: number, grace_days_max: number, since: string | null, looks_at: string | null, lacking: number}} Demand
 * @typedef {{user_id: string, name: string, handle: string, by: string, aside: boolean, told: number}} Lacking
 */

const here = () => `/workspaces/${workspace.peek()?.id}`;

/** @param {Record<string, string | undefined>} wanted */
const query = (wanted) => new URLSearchParams(Object.entries(wanted).filter(([, value]) => value).map(([name, value]) => [name, String(value)])).toString();

/**
 * A list below the workspace, page by page; anew when what is wanted changes.
 * @template T @param {string} path @param {Record<string, string>} wanted
 */
function usePages(path, wanted) {
  const [items, setItems] = useState(/** @type {T[] | null} */ (null));
  const [next, setNext] = useState(/** @type {string | null} */ (null));
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);
  const asked = query(wanted);
  const latest = useRef(asked);
  latest.current = asked;
  const read = useCallback(async (/** @type {string | null} */ cursor) => {
    setBusy(true);
    setProblem(null);
    try {
      const page = await call('GET', `${here()}/${path}?${[asked, query({ cursor: cursor ?? undefined, limit: String(PAGE) })].filter(Boolean).join('&')}`);
      if (latest.current !== asked) return;
      setItems((known) => (cursor ? [...(known ?? []), ...page.items] : page.items));
      setNext(page.next);
    } catch (fault) {
      if (latest.current === asked) setProblem(fault);
    }
    setBusy(false);
  }, [path, asked]);
  const load = useCallback(() => void read(null), [read]);
  useEffect(load, [load]);
  return { items, problem, busy, load, hasMore: next !== null, more: () => void read(next) };
}

/** @param {{q: string, role: string, role_id: string}} wanted */
export const useRoster = (wanted) => /** @type {ReturnType<typeof usePages<Member>>} */ (usePages('roster', wanted));

/** @param {{actor: string, action: string, since: string, until: string}} wanted */
export const useAuditEntries = (wanted) => /** @type {ReturnType<typeof usePages<Entry>>} */ (usePages('audit', wanted));

/** The table of roles and rights. */
export function useRoles() {
  const [table, setTable] = useState(/** @type {RoleTable | null} */ (null));
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const load = useCallback(() => void call('GET', `${here()}/roles`).then((found) => (setTable(found), setProblem(null)), setProblem), []);
  useEffect(load, [load]);
  return { table, problem, load };
}

/** @param {string} userId @param {{role: string} | {role_id: string}} given */
export const giveRole = (userId, given) => call('PATCH', `${here()}/members/${userId}`, given);
/** @param {string} userId */
export const removeFromWorkspace = (userId) => call('DELETE', `${here()}/members/${userId}`);
/** @param {string} userId @param {string | null} endsAt */
export const setStay = (userId, endsAt) => call('PUT', `${here()}/members/${userId}/stay`, { ends_at: endsAt });
/** @param {string} userId @param {Record<string, string>} proof */
export const transferTo = (userId, proof) => call('POST', `${here()}/transfer`, { user_id: userId, proof });

/** Makes a role, or changes one. @param {string | null} id @param {{name: string, rights: string[]}} role */
export const keepRole = (id, role) => call(id ? 'PATCH' : 'POST', `${here()}/roles${id ? `/${id}` : ''}`, role);
/** @param {string} id */
export const deleteRole = (id) => call('DELETE', `${here()}/roles/${id}`);

/** @returns {Promise<{days: number | null}>} */
export const retention = () => call('GET', `${here()}/audit/retention`);
/** @param {number | null} days */
export const keepAuditFor = (days) => call('PUT', `${here()}/audit/retention`, { days });

/** Verifies the whole audit, part by part. @returns {Promise<Verified>} */
export async function verifyAudit() {
  let found = await call('GET', `${here()}/audit/verify`);
  const whole = { ...found, faults: [...found.faults] };
  while (found.next !== null) {
    found = await call('GET', `${here()}/audit/verify?after=${found.next}`);
    Object.assign(whole, { entries: whole.entries + found.entries, last_seq: found.last_seq, last_hash: found.last_hash, intact: whole.intact && found.intact });
    whole.faults.push(...found.faults);
  }
  return whole;
}

/** Downloads the audit. @param {'jsonl' | 'csv'} format @param {Record<string, string>} wanted */
export async function exportAudit(format, wanted) {
  const answer = await fetch(`/api/v1${here()}/audit/export?${query({ ...wanted, format })}`, { headers: { Authorization: `Bearer ${await accessToken()}` } });
  if (!answer.ok) throw await problemOf(answer);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await answer.blob());
  link.download = `audit-${workspace.peek()?.slug}.${format}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Sets someone's membership aside, or takes it up again. @param {string} userId @param {boolean} away */
export const setAside = (userId, away) => call(away ? 'PUT' : 'DELETE', `/workspaces/${workspace.peek()?.id}/members/${userId}/deactivation`);

/** @returns {Promise<Demand>} */
export const secondFactorDemand = () => call('GET', `${here()}/second-factor`);

/** @param {number} days @returns {Promise<Demand>} */
export const demandSecondFactor = (days) => call('PUT', `${here()}/second-factor`, { grace_days: days });

export const liftSecondFactor = () => call('DELETE', `${here()}/second-factor`);

/** Those who lack the second step that the workspace demands. */
export const useLacking = () => /** @type {ReturnType<typeof usePages<Lacking>>} */ (usePages('second-factor/lacking', {}));
