// @ts-check
/** The people of the workspace on screen, who of them is here, and who is typing. */
import { effect, signal } from '@preact/signals-core';
import { all } from '../net/http.js';
import { link, on, request } from '../net/connection.js';
import { me } from '../net/session.js';
import { workspace } from './route.js';
import { people, peopleKnown } from './store.js';

const TYPING_MS = 6_000;
const TYPING_EVERY_MS = 3_000;
const IDLE_MS = 5 * 60_000;

/** @type {import('@preact/signals-core').Signal<Map<string, string>>} state of each person who is not offline */
export const presence = signal(new Map());
/** @type {import('@preact/signals-core').Signal<Map<string, Map<string, number>>>} per channel: who types, until when */
export const typing = signal(new Map());

/** @param {string} userId */
export const presenceOf = (userId) => presence.value.get(userId) ?? 'offline';

/** Follows the workspace on screen, and says whether I am here myself. */
export function openPeople() {
  effect(() => void (workspace.value && loadPeople(workspace.value.id)));
  effect(() => void (workspace.value && link.value.state === 'online' && loadPresence(workspace.value.id)));
  on('presence.changed', ({ user_id, state }) => setPresence(user_id, state));
  on('workspace.member_joined', ({ workspace_id, user }) => workspace_id === workspace.peek()?.id && putPerson(user));
  on('typing.started', ({ channel_id, user_id }) => startTyping(channel_id, user_id));
  watchMyself();
}

/** @param {string} workspaceId */
export async function loadPeople(workspaceId) {
  const items = await all(`/workspaces/${workspaceId}/members`).catch(() => null);
  if (!items || workspace.peek()?.id !== workspaceId) return;
  people.value = new Map(items.map(({ user_id, name, handle, role }) => [user_id, { name, handle, role }]));
  peopleKnown.value = true;
}

/** @param {{id: string, name: string, handle: string}} user */
function putPerson({ id, name, handle }) {
  people.value = new Map(people.peek()).set(id, { name, handle, role: 'member', ...people.peek().get(id) });
}

/** @param {string} workspaceId */
async function loadPresence(workspaceId) {
  const answer = await request('presence.list', { workspace_id: workspaceId }).catch(() => null);
  if (answer) presence.value = new Map(answer.online.map((/** @type {any} */ { user_id, state }) => [user_id, state]));
}

/** @param {string} userId @param {string} state */
function setPresence(userId, state) {
  const next = new Map(presence.peek());
  if (state === 'offline') next.delete(userId);
  else next.set(userId, state);
  presence.value = next;
}

/** @param {string} channelId @param {string} userId */
function startTyping(channelId, userId) {
  if (userId === me.peek()?.id) return;
  setTyping(channelId, (who) => who.set(userId, Date.now() + TYPING_MS));
  setTimeout(() => setTyping(channelId, expire), TYPING_MS + 50);
}

/** @param {string} channelId @param {string} userId */
export function stopTyping(channelId, userId) {
  if (typing.peek().get(channelId)?.has(userId)) setTyping(channelId, (who) => who.delete(userId));
}

/** @param {Map<string, number>} who */
function expire(who) {
  for (const [userId, until] of who) if (until <= Date.now()) who.delete(userId);
}

/** @param {string} channelId @param {(who: Map<string, number>) => void} change */
function setTyping(channelId, change) {
  const who = new Map(typing.peek().get(channelId));
  change(who);
  typing.value = new Map(typing.peek()).set(channelId, who);
}

let saidAt = 0;
let saidOf = '';

/** Tells the others that I am writing, at most every few seconds. @param {string} channelId */
export function sayTyping(channelId) {
  if (saidOf === channelId && Date.now() - saidAt < TYPING_EVERY_MS) return;
  saidAt = Date.now();
  saidOf = channelId;
  request('typing.start', { channel_id: channelId }).catch(() => undefined);
}

/** The next letter after a message was sent is news again. */
export const doneTyping = () => (saidOf = '');

function watchMyself() {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let idle;
  let said = '';
  const say = (/** @type {string} */ state) => {
    if (state === said || link.peek().state !== 'online') return;
    said = state;
    request('presence.set', { state }).catch(() => (said = ''));
  };
  const stir = () => {
    clearTimeout(idle);
    idle = setTimeout(() => say('away'), IDLE_MS);
    say('active');
  };
  for (const sign of ['pointerdown', 'keydown', 'focus']) addEventListener(sign, stir, { passive: true });
  effect(() => {
    if (link.value.state === 'online') stir();
    else said = '';
  });
}
