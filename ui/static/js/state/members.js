// @ts-check
/** Who belongs to a channel and how far each has received and read: the ground for "delivered" and "seen by". */
import { computed, signal } from '@preact/signals-core';
import { call } from '../net/http.js';
import { me } from '../net/session.js';
import { listed } from '../core/words.js';
import { patchChannel, people } from './store.js';

/** Above this the server does not send every watermark; the delivery dialog looks them up. */
const LIVE_MOST = 50;

/**
 * @typedef {{user_id: string, name: string, read_n: number, received_n: number}} Member the name is empty of who joined meanwhile: see `memberName`
 * @typedef {{items: Member[], next: unknown, problem?: Error}} Members
 */

/** @type {Map<string, import('@preact/signals-core').Signal<Members | null>>} */
const known = new Map();

/** @type {Map<string, {read_n: number, received_n: number}>} marks heard live, by channel and person */
const heard = new Map();

/** The members of a channel; null until they are loaded. @param {string} channelId */
export function membersOf(channelId) {
  if (!known.has(channelId)) known.set(channelId, signal(null));
  return /** @type {import('@preact/signals-core').Signal<Members | null>} */ (known.get(channelId));
}

/** @param {string} channelId */
export async function loadMembers(channelId) {
  const members = membersOf(channelId);
  try {
    const page = await call('GET', `/channels/${channelId}/members?limit=100`);
    members.value = { ...page, items: page.items.map(furthest(channelId)) };
  } catch (problem) {
    if (!members.peek()) members.value = { items: [], next: null, problem };
  }
}

/** Adds the next page. @param {string} channelId */
export async function moreMembers(channelId) {
  const members = membersOf(channelId);
  const held = members.peek();
  if (!held?.next) return;
  const page = await call('GET', `/channels/${channelId}/members?limit=100&cursor=${encodeURIComponent(String(held.next))}`);
  members.value = { items: [...held.items, ...page.items.map(furthest(channelId))], next: page.next };
}

/** Loads again what is on record, after an absence. @param {string} onScreen */
export function refreshMembers(onScreen) {
  for (const channelId of known.keys()) if (channelId !== onScreen) known.delete(channelId);
  if (known.has(onScreen)) loadMembers(onScreen);
}

/** Forgets how far others are, and asks again. @param {string} onScreen */
export function forgetMarks(onScreen) {
  heard.clear();
  refreshMembers(onScreen);
}

/** Takes how far someone is. @param {string} channelId @param {string} userId @param {'read_n' | 'received_n'} mark @param {number} n */
export function advance(channelId, userId, mark, n) {
  const key = `${channelId} ${userId}`;
  const { read_n: read, received_n: got } = heard.get(key) ?? { read_n: 0, received_n: 0 };
  // Reading implies having received.
  heard.set(key, { read_n: mark === 'read_n' ? Math.max(read, n) : read, received_n: Math.max(got, n) });
  change(channelId, (items) => items.map((member) => (member.user_id === userId ? furthest(channelId)(member) : member)));
}

/** Brings a member up to what was heard: an answer may have been overtaken by events. @param {string} channelId */
const furthest = (channelId) => (/** @type {Member} */ member) => {
  const marks = heard.get(`${channelId} ${member.user_id}`);
  if (!marks) return member;
  return { ...member, read_n: Math.max(member.read_n, marks.read_n), received_n: Math.max(member.received_n, marks.received_n) };
};

/** Applies that someone joined or left. @param {import('./log.js').Entry} entry */
export function applyMembership({ channel_id, kind, user_id = '', n }) {
  if (!kind.startsWith('member.')) return;
  change(channel_id, (items) => {
    if (kind === 'member.left') return items.filter((member) => member.user_id !== user_id);
    // An entry that is fetched late may tell of somebody who is known, and further, by now.
    if (items.some((member) => member.user_id === user_id)) return items;
    return [...items, furthest(channel_id)({ user_id, name: '', read_n: n, received_n: n })];
  });
}

/** What a member is called now. @param {Member} member */
export const memberName = ({ user_id: id, name }) => people.value.get(id)?.name ?? (name || '…');

/** @param {string} channelId @param {(items: Member[]) => Member[]} edit */
function change(channelId, edit) {
  const members = known.get(channelId);
  const held = members?.peek();
  if (!members || !held) return;
  members.value = { ...held, items: edit(held.items) };
  if (!held.next) patchChannel(channelId, { member_count: members.value.items.length });
}

/**
 * The state of one of my messages, in a word for the icon and a sentence for people.
 * @param {string} channelId @param {number} n
 */
export const stateOf = (channelId, n) => computed(() => stateAmong(membersOf(channelId).value, n));

/** @param {Members | null} members @param {number} n */
function stateAmong(members, n) {
  const others = members?.items.filter(({ user_id: who }) => who !== me.value?.id && people.value.get(who)?.kind !== 'bot') ?? [];
  if (!others.length || others.length >= LIVE_MOST) return { state: 'sent', words: 'Sent' };
  const seen = others.filter((member) => member.read_n >= n);
  if (seen.length === others.length && seen.length > 2) return { state: 'seen', words: 'Seen by everyone' };
  if (seen.length) return { state: 'seen', words: `Seen by ${listed(seen.map(memberName))}` };
  if (others.every((member) => member.received_n >= n)) return { state: 'delivered', words: 'Delivered' };
  return { state: 'sent', words: 'Sent' };
}
