// @ts-check
/** Invitations to the workspace on screen: making them, and what became of them. */
import { useCallback, useEffect, useState } from '../core/html.js';
import { on } from '../net/connection.js';
import { call } from '../net/http.js';
import { workspace } from './route.js';

/**
 * @typedef {{id: string, kind: 'link' | 'email', state: string, role: string, invited_by: string, created_at: string, expires_at: string, email?: string | null, words?: string,
 *   mails?: number, sent_at?: string | null, opened_at?: string | null, accepted_at?: string | null, accepted_by?: string | null, max_uses?: number | null, uses?: number, domains?: string[], workflow?: any}} Invitation
 * @typedef {{email: string, state: 'queued' | 'duplicate' | 'member_already' | 'invited_already' | 'invalid' | 'over_limit', detail: string}} Invited
 */

const PAGE = 50;
const MOST = 200;
const GATHER_MS = 400;
const here = () => `/workspaces/${workspace.peek()?.id}`;

/** Addresses in whatever somebody pasted: lines, commas, names beside them in angle brackets. @param {string} words @returns {string[]} */
export function addressesIn(words) {
  return words
    .split(/[\n,;]+/)
    .map((part) => (/<([^<>]+)>/.exec(part)?.[1] ?? part).trim())
    .flatMap((part) => part.split(/\s+/))
    .filter((part) => part !== '');
}

/** @param {string[]} emails @param {{role: 'member' | 'guest', channel_ids: string[]}} as @returns {Promise<Invited[]>} */
export const inviteAll = (emails, as) => call('POST', `${here()}/invitations`, { invitations: emails.map((email) => ({ email, ...as })) }).then(({ items }) => items);

/** @param {{max_uses?: number, days?: number, domains?: string[], role?: string, channel_ids?: string[]}} limits @returns {Promise<{url: string, expires_at: string}>} */
export const makeLink = (limits) => call('POST', `${here()}/invites`, limits);

/** @param {string} id */
export const resend = (id) => call('POST', `${here()}/invitations/${id}/resend`);

/** @param {string} id */
export const revoke = (id) => call('POST', `${here()}/invitations/${id}/revoke`);

/** The invitations that are wanted, kept fresh as they change. @param {{state: string, kind: string}} wanted */
export function useInvitations(wanted) {
  const [items, setItems] = useState(/** @type {Invitation[] | null} */ (null));
  const [next, setNext] = useState(/** @type {string | null} */ (null));
  const [limit, setLimit] = useState(PAGE);
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const query = new URLSearchParams(Object.entries({ ...wanted, limit: String(limit) }).filter(([, value]) => value)).toString();
  const load = useCallback(() => {
    call('GET', `${here()}/invitations?${query}`).then((page) => (setItems(page.items), setNext(page.next), setProblem(null)), setProblem);
  }, [query]);
  useEffect(() => void load(), [load]);
  useEffect(() => setItems(null), [wanted.state, wanted.kind]);
  useEffect(() => {
    // Hundreds change at once.
    let timer = 0;
    const off = on('invitation.changed', () => (timer ||= window.setTimeout(() => ((timer = 0), load()), GATHER_MS)));
    return () => (clearTimeout(timer), off());
  }, [load]);
  return { items, problem, load, hasMore: next !== null && limit < MOST, more: () => setLimit((shown) => Math.min(MOST, shown + PAGE)) };
}
