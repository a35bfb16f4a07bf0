// @ts-check
/** The notification centre: what I was told of in the workspace on screen, and what of it is unread. */
import { batch, computed, effect, signal } from '@preact/signals-core';
import { call } from '../net/http.js';
import { link, on } from '../net/connection.js';
import { attentive } from './attention.js';
import { chime } from './chime.js';
import { toast, toastProblem } from './notices.js';
import { channelId, openMessage, workspace } from './route.js';
import { showThread } from './threads.js';

/**
 * @typedef {'mention' | 'direct' | 'group' | 'thread' | 'everyone' | 'keyword' | 'channel'} Kind
 * @typedef {{id: string, workspace_id: string, channel_id: string, message_id: string, author_id: string, kind: Kind, why: string, at: string,
 *   thread_root_id?: string, urgent?: boolean, read_at?: string, message?: import('./log.js').Entry}} Notification
 * @typedef {{key: string, label: string, query: string, empty: string, holds: (item: Notification) => boolean}} Filter
 */

const PAGE = 30;
const MARKED_AT_ONCE = 200;
const ASK_MS = 300;
const READ_BY_THEN_MS = 1_500;

/** @type {Filter[]} */
export const FILTERS = [
  { key: 'all', label: 'All', query: '', empty: 'Nothing yet. What concerns you gathers here: mentions, direct messages, replies in your threads.', holds: () => true },
  { key: 'unread', label: 'Unread', query: '&unread=true', empty: 'You are up to date.', holds: ({ read_at }) => !read_at },
  ofKinds('mentions', 'Mentions', ['mention', 'group', 'everyone'], 'Nobody has mentioned you yet.'),
  ofKinds('direct', 'Direct', ['direct'], 'Nobody has written to you directly yet.'),
  ofKinds('threads', 'Threads', ['thread'], 'No replies yet in the threads you follow.'),
  ofKinds('keywords', 'Keywords', ['keyword'], 'None of your keywords was written yet. Choose them in the settings.'),
];

/** @param {string} key @param {string} label @param {Kind[]} kinds @param {string} empty @returns {Filter} */
function ofKinds(key, label, kinds, empty) {
  return { key, label, empty, query: `&kind=${kinds.join(',')}`, holds: ({ kind }) => kinds.includes(kind) };
}

/** How many are unread in the workspace on screen; beyond 99 they are not counted. */
export const unread = signal(0);
/** @type {import('@preact/signals-core').Signal<Notification[] | null>} what is shown, the newest first; null until it is loaded */
export const shown = signal(null);
export const filter = signal(FILTERS[0]);
/** @type {import('@preact/signals-core').Signal<any>} why it could not be loaded */
export const problem = signal(null);
/** @type {import('@preact/signals-core').Signal<string | null>} where older ones go on */
export const older = signal(null);
/** Whether the centre is on screen. */
const open = signal(false);
/** @type {ReturnType<typeof setTimeout> | undefined} */
let asking;

const here = computed(() => workspace.value?.id ?? null);
const below = (/** @type {string} */ rest = '') => `/workspaces/${here.peek()}/notifications${rest}`;

/** Follows what the server tells, and counts anew whenever the line opens or the workspace changes. */
export function openNotifications() {
  on('notification.added', ({ notification, more }) => {
    added(notification);
    if (more) count(notification.workspace_id);
  });
  on('notification.read', (event) => marked(event, new Date().toISOString()));
  on('notification.unread', (event) => marked(event, undefined));
  effect(() => {
    const id = here.value;
    batch(() => ((unread.value = 0), (shown.value = null)));
    if (!id || link.value.state !== 'online') return;
    count(id);
    if (open.value) load();
  });
}

/** The centre is on screen until the returned function is called. */
export function watch() {
  open.value = true;
  return () => batch(() => ((open.value = false), (shown.value = null)));
}

/** @param {string} id */
async function count(id) {
  const answer = await call('GET', `/workspaces/${id}/notifications/unread`).catch(() => null);
  if (answer && here.peek() === id) unread.value = answer.count;
}

/** Loads the first page anew; what was loaded further down stays. */
export async function load() {
  const { query, key } = filter.peek();
  const id = here.peek();
  try {
    const page = await call('GET', below(`?limit=${PAGE}${query}`));
    if (here.peek() !== id || filter.peek().key !== key || !open.peek()) return;
    const last = page.items.at(-1)?.id ?? '';
    const further = page.next ? (shown.peek() ?? []).filter((item) => item.id < last) : [];
    batch(() => {
      shown.value = [...page.items, ...further];
      if (!further.length) older.value = page.next;
      problem.value = null;
    });
  } catch (fault) {
    problem.value = fault;
  }
}

export async function loadOlder() {
  const page = await call('GET', below(`?limit=${PAGE}${filter.peek().query}&cursor=${encodeURIComponent(older.peek() ?? '')}`));
  batch(() => {
    shown.value = [...(shown.peek() ?? []), ...page.items];
    older.value = page.next;
  });
}

/** @param {Filter} chosen */
export function choose(chosen) {
  if (chosen.key === filter.peek().key) return;
  batch(() => {
    filter.value = chosen;
    shown.value = null;
    older.value = null;
  });
  load();
}

/** Opens the message in its place, and marks its notification read. @param {Notification} item */
export function openNotification(item) {
  const { channel_id, thread_root_id: root } = item;
  openMessage({ id: root ?? item.message_id, channel_id });
  if (root) showThread(root, channel_id);
  if (!item.read_at) markRead([item]);
}

/** @param {Notification[]} items */
export async function markRead(items) {
  await mark('/read', { ids: items.map(({ id }) => id) }).catch(toastProblem);
}

/** @param {Notification} item */
export async function markUnread(item) {
  await mark('/unread', { ids: [item.id] }).catch(toastProblem);
}

/** Marks all read; it can be taken back. */
export async function markAllRead() {
  try {
    const { ids } = await mark('/read', { all: true });
    if (filter.peek().key === 'unread') load();
    if (ids.length) toast('All notifications are marked as read.', { action: { label: 'Undo', run: () => undo(ids).catch(toastProblem) } });
  } catch (fault) {
    toastProblem(fault);
  }
}

/** @param {string[]} ids */
async function undo(ids) {
  for (let at = 0; at < ids.length; at += MARKED_AT_ONCE) await mark('/unread', { ids: ids.slice(at, at + MARKED_AT_ONCE) });
  if (filter.peek().key === 'unread') load();
}

/** @param {string} how @param {any} which */
async function mark(how, which) {
  const id = here.peek();
  const told = await call('POST', below(how), which);
  marked({ workspace_id: id, ...told }, how === '/read' ? new Date().toISOString() : undefined);
  return told;
}

/** @param {{workspace_id: string | null, ids: string[], unread: number}} news @param {string | undefined} at when they were read, if they were */
function marked(news, at) {
  if (news.workspace_id !== here.peek()) return;
  const ids = new Set(news.ids);
  batch(() => {
    unread.value = news.unread;
    shown.value = shown.peek()?.map((item) => (ids.has(item.id) ? { ...item, read_at: at && (item.read_at ?? at) } : item)) ?? null;
  });
}

/** @param {Notification} item */
function added(item) {
  if (item.workspace_id !== here.peek()) return;
  // What is before one's eyes is most likely read already: the server counts, so that the bell does not flicker.
  if (attentive.peek() && channelId.peek() === item.channel_id) setTimeout(() => count(item.workspace_id), READ_BY_THEN_MS);
  else unread.value += 1;
  chime(item);
  if (open.peek() && filter.peek().holds(item)) askSoon();
}

/** Several that come together are fetched together, each with its message. */
function askSoon() {
  asking ??= setTimeout(() => {
    asking = undefined;
    load();
  }, ASK_MS);
}
