// @ts-check
/** The people of the workspace on screen, what they say of themselves, and who is typing. */
import { computed, effect, signal } from '@preact/signals-core';
import { all } from '../net/http.js';
import { on, request } from '../net/connection.js';
import { knowMe, me } from '../net/session.js';
import { workspace } from './route.js';
import { former, people, peopleKnown } from './store.js';

const TYPING_MS = 6_000;
const TYPING_EVERY_MS = 3_000;
/** What a browser's timers can count. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** @type {import('@preact/signals-core').Signal<Map<string, Map<string, number>>>} per channel: who types, until when */
export const typing = signal(new Map());

/** @type {Set<Map<string, {id: string} & import('./store.js').Person>>} per list on its way: who was heard of meanwhile */
const meanwhile = new Set();

/** Follows the workspace on screen. */
export function openPeople() {
  effect(() => void (workspace.value && loadPeople(workspace.value.id)));
  effect(clearWhatIsOver);
  on('ready', ({ user }) => knowMe(user));
  on('me.changed', ({ user }) => knowMe(user));
  on('person.changed', ({ user }) => people.peek().has(user.id) && putPerson(user));
  on('workspace.member_joined', ({ workspace_id, user }) => workspace_id === workspace.peek()?.id && putPerson(user));
  on('workspace.member_changed', ({ workspace_id, user_id, ...place }) => workspace_id === workspace.peek()?.id && changePerson(user_id, place));
  on('workspace.left', ({ workspace_id, user_id }) => workspace_id === workspace.peek()?.id && setAside(user_id));
  on('typing.started', ({ channel_id, user_id }) => startTyping(channel_id, user_id));
}

/** @param {string} workspaceId */
export async function loadPeople(workspaceId) {
  const heard = new Map();
  meanwhile.add(heard);
  const items = await all(`/workspaces/${workspaceId}/members?deactivated=true`).catch(() => null);
  meanwhile.delete(heard);
  if (!items || workspace.peek()?.id !== workspaceId) return;
  const those = (/** @type {boolean} */ gone) => items.filter(({ deactivated }) => Boolean(deactivated) === gone);
  people.value = new Map(those(false).map(({ user_id, ...person }) => [user_id, person]));
  former.value = new Map(those(true).map(({ user_id, ...person }) => [user_id, person]));
  heard.forEach(putPerson);
  peopleKnown.value = true;
}

/** @param {{id: string} & import('./store.js').Person} user */
function putPerson({ id, ...person }) {
  for (const heard of meanwhile) heard.set(id, { id, ...person });
  if (former.peek().has(id)) former.value = new Map([...former.peek()].filter(([known]) => known !== id));
  people.value = new Map(people.peek()).set(id, { ...people.peek().get(id), role: people.peek().get(id)?.role ?? 'member', ...person });
}

/** @param {string} id @param {Partial<import('./store.js').Person>} changes */
function changePerson(id, changes) {
  const known = people.peek().get(id);
  if (known) people.value = new Map(people.peek()).set(id, { ...known, ...changes });
}

/** Keeps the name of someone who cannot enter any more, for what they wrote. @param {string} id */
function setAside(id) {
  const person = people.peek().get(id);
  if (!person) return;
  const rest = new Map(people.peek());
  rest.delete(id);
  people.value = rest;
  former.value = new Map(former.peek()).set(id, { ...person, deactivated: true });
}

/** When a status or a quiet time is over next. */
const ends = computed(() => {
  /** @type {any[]} */
  const known = [...people.value.values(), me.value ?? {}];
  const times = known.flatMap(({ status, dnd_until }) => [status?.expires_at, dnd_until]);
  return Math.min(...times.filter(Boolean).map((at) => new Date(at).getTime()));
});

/** Clears what is over, at its time: the server says nothing then. */
function clearWhatIsOver() {
  if (!Number.isFinite(ends.value)) return undefined;
  const timer = setTimeout(() => {
    people.value = new Map([...people.peek()].map(([id, person]) => [id, lasting(person)]));
    if (me.peek()) knowMe(lasting(/** @type {any} */ (me.peek())));
  }, Math.min(LONGEST_TIMER_MS, Math.max(0, ends.value - Date.now()) + 50));
  return () => clearTimeout(timer);
}

/** @template {import('./store.js').Person} P @param {P} person @returns {P} */
function lasting(person) {
  const isOver = (/** @type {string | null | undefined} */ at) => Boolean(at) && new Date(/** @type {string} */ (at)).getTime() <= Date.now();
  return { ...person, status: isOver(person.status?.expires_at) ? null : person.status, dnd_until: isOver(person.dnd_until) ? null : person.dnd_until };
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
