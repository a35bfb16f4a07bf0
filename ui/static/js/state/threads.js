// @ts-check
/** Threads: the one that is open, and how far each one I follow has been read. */
import { batch, computed, signal } from '@preact/signals-core';
import { call } from '../net/http.js';
import { me } from '../net/session.js';
import { folded, foldedRun, isMessage } from './fold.js';
import { fresh } from './fresh.js';
import { closePanel, panel, showPanel } from './panel.js';
import { workspace } from './route.js';

/** @typedef {import('./log.js').Entry} Entry */

const MARKS = 200;
const ASK_MS = 5_000;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let asking;

/** A thread on screen: its root, and the last of its replies in order. */
export class ThreadLog {
  /** @type {import('@preact/signals-core').Signal<Entry | null>} */
  root = signal(null);
  /** @type {import('@preact/signals-core').Signal<Entry[]>} */
  replies = signal([]);
  /** @type {import('@preact/signals-core').Signal<string | null>} where earlier replies go on */
  earlier = signal(null);
  following = signal(false);
  loading = signal(false);
  /** @type {import('@preact/signals-core').Signal<any>} */
  problem = signal(null);
  /** @type {number} how far it was read when it was opened */
  readSeq = 0;
  /** @type {Entry[]} entries heard while a page is on its way */
  #meanwhile = [];

  /** @param {string} rootId */
  constructor(rootId) {
    this.rootId = rootId;
  }

  /** Fetches the last replies; what was held stays until they are here. */
  load() {
    return this.#fetch('', (page) => {
      this.root.value = page.root;
      this.replies.value = page.items;
      this.earlier.value = page.next;
      this.following.value = page.following;
      this.readSeq ||= page.read_seq;
    });
  }

  /** Fetches the replies before those held. */
  older() {
    return this.#fetch(`?before_seq=${this.earlier.value}`, (page) => {
      this.replies.value = [...page.items, ...this.replies.value];
      this.earlier.value = page.next;
    });
  }

  /** Takes an entry of the thread's channel. @param {Entry} entry */
  take(entry) {
    if (this.loading.value) this.#meanwhile.push(entry);
    if (this.root.value && [entry.message_id, entry.thread_root_id].includes(this.rootId)) this.root.value = folded(this.root.value, entry);
    const run = foldedRun(this.replies.value, entry);
    const isNew = isMessage(entry) && entry.thread_root_id === this.rootId && !run.some(({ id }) => id === entry.id);
    this.replies.value = isNew ? [...run, entry].sort((a, b) => a.seq - b.seq) : run;
    if (isNew && entry.author_id === me.peek()?.id) this.following.value = true;
  }

  /** @param {string} query @param {(page: any) => void} apply */
  async #fetch(query, apply) {
    if (this.loading.value) return;
    this.loading.value = true;
    this.problem.value = null;
    try {
      const page = await call('GET', `/messages/${this.rootId}/thread${query}`);
      batch(() => apply(page));
    } catch (problem) {
      this.problem.value = problem;
    } finally {
      this.loading.value = false;
      this.#meanwhile.splice(0).forEach((entry) => this.take(entry));
    }
  }
}

/** @type {import('@preact/signals-core').Signal<ThreadLog | null>} */
export const openThread = signal(null);

/** Opens a thread at the side. @param {string} rootId @param {string} channelId */
export function showThread(rootId, channelId) {
  if (openThread.peek()?.rootId !== rootId) {
    const log = new ThreadLog(rootId);
    openThread.value = log;
    log.load();
  }
  showPanel({ kind: 'thread', rootId, channelId });
}

export function closeThread() {
  openThread.value = null;
  if (panel.peek()?.kind === 'thread') closePanel();
}

/** Whether a thread is on screen. @param {string | undefined} rootId */
export const isOpen = (rootId) => rootId !== undefined && openThread.peek()?.rootId === rootId;

/** After an absence: what was missed is fetched. */
export const reopenThread = () => openThread.peek()?.load();

/**
 * How far the threads are that I follow, by root.
 * @type {import('@preact/signals-core').Signal<Map<string, {channel_id: string, last_seq: number, read_seq: number}>>}
 */
export const threadMarks = signal(new Map());

/** How many threads hold replies I have not read. */
export const unreadThreads = computed(() => [...threadMarks.value.values()].filter(({ last_seq, read_seq }) => last_seq > read_seq).length);

/** @param {string} workspaceId */
export async function loadThreadMarks(workspaceId) {
  const page = await fresh([threadMarks], () => call('GET', `/workspaces/${workspaceId}/threads/marks?limit=${MARKS}`)).catch(() => null);
  if (page) threadMarks.value = new Map(page.items.map(({ root_id, ...mark }) => [root_id, mark]));
}

/** Takes an entry into the open thread and into the marks. @param {Entry} entry @param {Entry | undefined} root when it is held */
export function takeIntoThread(entry, root) {
  const { thread_root_id: rootId, channel_id, seq, author_id } = entry;
  openThread.peek()?.take(entry);
  if (!rootId || !isMessage(entry)) return;
  const own = author_id === me.peek()?.id;
  const mine = own || callsByName(entry) || root?.author_id === me.peek()?.id;
  const mark = threadMarks.peek().get(rootId) ?? (mine ? { channel_id, last_seq: 0, read_seq: 0 } : null);
  if (!mark && !root) loadMarksSoon();
  if (mark) putMark(rootId, { ...mark, last_seq: Math.max(mark.last_seq, seq), read_seq: own ? Math.max(mark.read_seq, seq) : mark.read_seq });
}

/** A reply to a message that is not held may belong to a thread of mine: ask, seldom, and not all devices at once. */
function loadMarksSoon() {
  const here = workspace.peek()?.id;
  if (!here) return;
  asking ??= setTimeout(() => {
    asking = undefined;
    loadThreadMarks(here);
  }, ASK_MS * (1 + Math.random()));
}

/** @param {Entry} entry */
const callsByName = ({ mentions }) => mentions?.user_ids?.includes(me.peek()?.id ?? '') ?? false;

/** Marks the thread on screen read, here and on the server. @param {string} rootId @param {number} seq */
export function markThreadRead(rootId, seq) {
  const mark = threadMarks.peek().get(rootId);
  if (mark && mark.read_seq >= seq) return;
  readThread(rootId, seq);
  call('POST', `/messages/${rootId}/thread/read`, { seq }).catch(() => undefined);
}

/** @param {string} rootId @param {number} seq */
export function readThread(rootId, seq) {
  const mark = threadMarks.peek().get(rootId);
  if (mark && mark.read_seq < seq) putMark(rootId, { ...mark, read_seq: seq });
}

/** @param {string} rootId @param {string} channelId @param {boolean} following */
export function followedThread(rootId, channelId, following) {
  if (isOpen(rootId)) /** @type {ThreadLog} */ (openThread.peek()).following.value = following;
  if (following) return putMark(rootId, threadMarks.peek().get(rootId) ?? { channel_id: channelId, last_seq: 0, read_seq: 0 });
  const rest = new Map(threadMarks.peek());
  rest.delete(rootId);
  threadMarks.value = rest;
}

/** @param {string} rootId @param {boolean} following */
export const setFollowing = (rootId, following) => call(following ? 'PUT' : 'DELETE', `/messages/${rootId}/thread/follow`);

/** @param {string} rootId @param {{channel_id: string, last_seq: number, read_seq: number}} mark */
function putMark(rootId, mark) {
  threadMarks.value = new Map(threadMarks.peek()).set(rootId, mark);
}
