// @ts-check
/**
 * Who is signed in, in every tab of this browser. The refresh cookie is the server's affair; what is kept here is
 * the short-lived access token. A refresh rotates the cookie, so only one tab may do it at a time, and the others
 * take what it got.
 */
import { computed, signal } from '@preact/signals-core';
import { exclusively } from '../core/locks.js';
import { forget, keep, keysUnder, onKeptElsewhere, recall } from '../core/storage.js';
import { offline, problemOf, signedOut } from './problem.js';

const KEY = 'session';
const MARGIN_MS = 30_000;
const KEPT_AT_SIGN_OUT = ['theme', 'asked'];
/** What the server has forgotten together with a session: this browser is no device of anybody's any more. */
const OF_THE_SESSION = ['session', 'device'];

/** @typedef {{user: {id: string, email: string, set_away?: boolean} & import('../state/store.js').Person, access_token: string, expires_at: number}} Session */

/** @type {import('@preact/signals').Signal<Session | null>} */
const session = signal(recall(KEY));

/** The signed-in person, or null. */
export const me = computed(() => session.value?.user ?? null);

onKeptElsewhere((key) => {
  if (key === KEY) session.value = recall(KEY);
});

/**
 * Takes the answer of register, login or refresh.
 * @param {{user: Session['user'], access_token: string, expires_in: number}} answer @returns {Session}
 */
export function begin({ user, access_token, expires_in }) {
  const begun = { user, access_token, expires_at: Date.now() + expires_in * 1000 };
  keep(KEY, begun);
  session.value = begun;
  return begun;
}

/**
 * A token the server should accept. `refused` is one it just did not.
 * @param {string} [refused] @returns {Promise<string>}
 */
export async function accessToken(refused) {
  const known = session.value;
  if (usable(known, refused)) return known.access_token;
  return (await exclusively('refresh', () => renewed(refused))).access_token;
}

/** Takes what the server says of the signed-in person. @param {Session['user']} user */
export function knowMe(user) {
  if (!session.value || session.value.user.id !== user.id) return;
  session.value = { ...session.value, user };
  keep(KEY, session.value);
}

/** Ends the session here and on the server, and removes what it left in this browser. */
export async function signOut() {
  const token = session.value?.access_token;
  const headers = token ? { Authorization: `Bearer ${token}` } : undefined;
  const answer = await fetch('/api/v1/auth/logout', { method: 'POST', headers }).catch(() => null);
  if (!answer) throw offline();
  for (const key of keysUnder('')) if (!KEPT_AT_SIGN_OUT.includes(key)) forget(key);
  session.value = null;
}

/** Whether the server ended the session, rather than the person. */
export let wasEnded = false;

/** Whether a session is that of this browser: its access token names it. @param {string} id */
export function isMine(id) {
  const claims = session.peek()?.access_token.split('.')[1] ?? '';
  try {
    return JSON.parse(atob(claims.replaceAll('-', '+').replaceAll('_', '/'))).sid === id;
  } catch {
    return true;
  }
}

/** Forgets a session the server has ended. Drafts and unsent messages stay for when the person signs in again. */
export function ended() {
  wasEnded = true;
  OF_THE_SESSION.forEach(forget);
  session.value = null;
}

/** @param {string} [refused] @returns {Promise<Session>} */
async function renewed(refused) {
  const stored = recall(KEY);
  if (usable(stored, refused)) return (session.value = stored);
  const answer = await fetch('/api/v1/auth/refresh', { method: 'POST' }).catch(() => null);
  if (!answer) throw offline();
  if (answer.ok) return begin(await answer.json());
  if (answer.status !== 401) throw await problemOf(answer);
  ended();
  throw signedOut();
}

/** @param {Session | null} known @param {string} [refused] @returns {known is Session} */
function usable(known, refused) {
  return known !== null && known.access_token !== refused && known.expires_at - Date.now() > MARGIN_MS;
}
