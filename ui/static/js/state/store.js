// @ts-check
/** What the whole app shares: workspaces, channels and people. Each channel is a signal of its own, so one message moves one row. */
import { computed, signal } from '@preact/signals-core';
import { me } from '../net/session.js';

/**
 * @typedef {{id: string, name: string, slug: string, role: string, rights?: string[], show_seen?: boolean, link_previews?: boolean, groups_by?: 'members' | 'owners', urgent_by?: 'members' | 'owners', notification_content?: 'full' | 'sender' | 'nothing', erased_messages?: 'choose' | 'keep' | 'delete', second_factor_by?: string | null}} Workspace
 * @typedef {{emoji: string, text: string, expires_at: string | null}} Status
 * @typedef {{id: string, workspace_id: string, kind: 'public' | 'private' | 'direct' | 'group', name: string, last_seq: number, last_n: number,
 *   read_n: number, received_n: number, mentions?: number[], unread_from?: number | null, user_ids?: string[], member_count?: number, created_at?: string, created_by?: string,
 *   topic?: string, purpose?: string, posting?: 'everyone' | 'moderators', archived?: boolean,
 *   muted?: boolean, starred?: boolean, notify?: 'default' | 'all' | 'mentions' | 'nothing', section_id?: string | null}} Channel
 * @typedef {{id: string, workspace_id: string, name: string, handle: string, user_ids: string[]}} Group
 * @typedef {{name: string, handle: string, role?: string, title?: string, status?: Status | null, dnd_until?: string | null, kind?: 'person' | 'bot', pronouns?: string, avatar?: string | null, deactivated?: boolean}} Person
 */

/** @template T @typedef {import('@preact/signals-core').Signal<T>} Signal */

/** @type {Signal<Workspace[] | null>} null until the server has said */
export const workspaces = signal(null);
/** @type {Signal<Map<string, Signal<Channel>>>} the channels I belong to */
export const channels = signal(new Map());
/** @type {Signal<Map<string, Person>>} the people of the workspace on screen */
export const people = signal(new Map());
/** @type {Signal<Map<string, Person>>} those of the workspace on screen who are deactivated: names of what they wrote, to be chosen nowhere */
export const former = signal(new Map());
/** The people of the workspace on screen by their handles, with their ids. */
export const peopleByHandle = computed(() => new Map([...people.value].map(([id, person]) => [person.handle, { id, ...person }])));
/** @type {Signal<Group[] | null>} the groups of the workspace on screen, by name; null until they are loaded */
export const groups = signal(null);
/** The groups I am in. */
export const myGroupIds = computed(() => new Set((groups.value ?? []).filter(({ user_ids }) => user_ids.includes(me.value?.id ?? '')).map(({ id }) => id)));
/** Whether `people` is complete. */
export const peopleKnown = signal(false);

/** @param {string | null | undefined} id @returns {Signal<Channel> | undefined} */
export const channelSignal = (id) => (id ? channels.value.get(id) : undefined);

/** What only ever grows: an answer that was on its way while an event overtook it must not turn it back. */
const MARKS = /** @type {const} */ (['last_seq', 'last_n', 'read_n', 'received_n']);

/** What the server leaves away while nobody set it. */
const UNSET = /** @type {const} */ ({ topic: '', purpose: '', posting: 'everyone', archived: false, muted: false, starred: false, notify: 'default', section_id: null });

/** Adds a channel or brings it up to date. @param {Channel} channel */
export function putChannel(channel) {
  const known = channels.peek().get(channel.id);
  if (known) known.value = { ...known.peek(), ...UNSET, ...channel, ...furthest(known.peek(), channel) };
  else channels.value = new Map(channels.peek()).set(channel.id, signal(channel));
}

/** @param {Channel} a @param {Channel} b */
const furthest = (a, b) => Object.fromEntries(MARKS.map((mark) => [mark, Math.max(a[mark] ?? 0, b[mark] ?? 0)]));

/** @param {string} id @param {Partial<Channel>} changes */
export function patchChannel(id, changes) {
  const known = channels.peek().get(id);
  if (known) known.value = { ...known.peek(), ...changes };
}

/** @param {string} id */
export function dropChannel(id) {
  const rest = new Map(channels.peek());
  if (rest.delete(id)) channels.value = rest;
}

/** Keeps exactly the channels the server lists. @param {Channel[]} listed */
export function replaceChannels(listed) {
  const ids = new Set(listed.map((channel) => channel.id));
  for (const id of channels.peek().keys()) if (!ids.has(id)) dropChannel(id);
  listed.forEach(putChannel);
}

/** Marks a channel read up to `n`; never back. @param {string} id @param {number} n */
export function readUpTo(id, n) {
  const known = channels.peek().get(id)?.peek();
  if (known && (known.read_n < n || known.unread_from)) patchChannel(id, { read_n: Math.max(known.read_n, n), unread_from: null });
}

/** @param {Workspace} workspace */
export function putWorkspace(workspace) {
  const rest = (workspaces.peek() ?? []).filter((known) => known.id !== workspace.id);
  workspaces.value = [...rest, workspace];
}

/** @param {string} id @param {Partial<Workspace>} changes */
export function patchWorkspace(id, changes) {
  workspaces.value = (workspaces.peek() ?? []).map((known) => (known.id === id ? { ...known, ...changes } : known));
}

/** @param {string} id */
export function dropWorkspace(id) {
  workspaces.value = (workspaces.peek() ?? []).filter((known) => known.id !== id);
  for (const [channelId, channel] of channels.peek()) if (channel.peek().workspace_id === id) dropChannel(channelId);
}

/** @param {Channel} channel */
export const unreadOf = (channel) => Math.max(0, channel.last_n - readOf(channel));

/** Unread messages that ask for attention: of a muted channel, those that mention me. @param {Channel} channel */
export const newsOf = (channel) => (channel.muted ? mentionsOf(channel) : unreadOf(channel));

/** How far a channel counts as read: up to the message before the one it was marked unread from. @param {Channel} channel */
export const readOf = ({ read_n, unread_from }) => (unread_from ? Math.min(read_n, unread_from - 1) : read_n);

/** Unread messages of a channel that mention me. @param {Channel} channel */
export const mentionsOf = ({ mentions = [], ...channel }) => mentions.filter((n) => n > readOf(channel)).length;

/** Whether a message mentions me. @param {import('./log.js').Entry} entry */
export function callsMe({ mentions }) {
  if (!mentions) return false;
  const calls = mentions.channel || mentions.here || mentions.user_ids?.includes(me.peek()?.id ?? '');
  return Boolean(calls || mentions.group_ids?.some((/** @type {string} */ id) => myGroupIds.peek().has(id)));
}

/** Unread messages of each workspace, by its id. */
export const unreadByWorkspace = computed(() => {
  const counts = new Map();
  for (const channel of channels.value.values()) {
    const { workspace_id: id } = channel.value;
    counts.set(id, (counts.get(id) ?? 0) + newsOf(channel.value));
  }
  return counts;
});

/** @param {string} userId @returns {string} */
export function nameOf(userId) {
  if (userId === me.value?.id) return me.value.name;
  return people.value.get(userId)?.name ?? former.value.get(userId)?.name ?? (peopleKnown.value ? 'Former member' : '…');
}

/** Who a message says it is from: an integrator may ask for a name. @param {{author_id: string, shown_as?: {name?: string}}} message */
export const authorOf = ({ author_id: id, shown_as: shown }) => shown?.name || nameOf(id);

/** Does something that speaks of people: at once, or when their names are here. @param {() => void} action */
export function onceNamed(action) {
  if (peopleKnown.peek()) return action();
  const stop = peopleKnown.subscribe((known) => {
    if (!known) return;
    stop();
    action();
  });
}

/** The other person of a direct channel. @param {Channel} channel */
export const otherOf = (channel) => channel.user_ids?.find((id) => id !== me.value?.id) ?? channel.user_ids?.[0] ?? '';

/** The others in a group. @param {Channel} channel */
export const othersOf = (channel) => (channel.user_ids ?? []).filter((id) => id !== me.value?.id);

/** Whether a channel is who is in it: a direct channel or a group. @param {Channel} channel */
export const isTalk = ({ kind }) => kind === 'direct' || kind === 'group';

/** What people call a channel. @param {Channel} channel */
export function titleOf(channel) {
  if (channel.kind === 'direct') return nameOf(otherOf(channel));
  return channel.kind === 'group' ? othersOf(channel).map(nameOf).join(', ') : channel.name;
}
