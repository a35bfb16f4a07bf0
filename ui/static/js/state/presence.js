// @ts-check
/**
 * Who is here. Only people on screen are asked for: a signal that somebody looks at joins what the server is told to
 * watch, so a large workspace costs no more than what is shown of it.
 */
import { batch, effect, signal } from '@preact/signals-core';
import { link, on, request } from '../net/connection.js';
import { workspace } from './route.js';

const GATHER_MS = 100;
/** The server's own limit (presence_watch_max): of more, those shown last. */
const MOST = 500;

/** @type {Map<string, import('@preact/signals-core').Signal<string>>} */
const states = new Map();
/** @type {Set<string>} */
const shown = new Set();
let asked = '';
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** @param {string} userId @returns {string} active, away or offline */
export const presenceOf = (userId) => stateOf(userId).value;

/** Follows the workspace on screen. Call once. */
export function openPresence() {
  on('presence.changed', ({ user_id, state }) => {
    if (states.has(user_id)) stateOf(user_id).value = state;
  });
  effect(() => {
    if (workspace.value && link.value.state === 'online') {
      asked = '';
      gather();
    }
  });
}

/** @param {string} userId */
function stateOf(userId) {
  const known = states.get(userId);
  if (known) return known;
  const made = signal('offline', { watched: () => (shown.add(userId), gather()), unwatched: () => void shown.delete(userId) });
  states.set(userId, made);
  return made;
}

function gather() {
  timer ??= setTimeout(watch, GATHER_MS);
}

async function watch() {
  timer = undefined;
  const workspaceId = workspace.peek()?.id;
  const wanted = [...shown].slice(-MOST);
  const question = JSON.stringify([workspaceId, wanted]);
  if (!workspaceId || link.peek().state !== 'online' || question === asked) return;
  asked = question;
  const answer = await request('presence.watch', { workspace_id: workspaceId, user_ids: wanted }).catch(() => null);
  if (!answer) return void (asked = '');
  const online = new Map(answer.online.map((/** @type {any} */ { user_id, state }) => [user_id, state]));
  batch(() => wanted.forEach((id) => (stateOf(id).value = online.get(id) ?? 'offline')));
}
