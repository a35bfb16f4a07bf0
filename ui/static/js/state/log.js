// @ts-check
/**
 * What is known of one channel's log: a run of entries without gap or repetition, at most a few hundred, so that
 * neither memory nor the page grows with a channel's age. While it reaches the newest entry it grows live; scrolled
 * far back it lets go of the newest, and fetches them again on the way down.
 */
import { batch, signal } from '@preact/signals-core';
import { foldedRun } from './fold.js';

export const PAGE = 50;
const MOST = 300;
const REFRESHED = 200;
const SHOWN = ['message.sent', 'member.joined', 'member.left', 'channel.changed'];

/**
 * @typedef {{id: string, channel_id: string, seq: number, n: number, kind: string, author_id: string, created_at: string,
 *   client_id?: string, text?: string, user_id?: string, changes?: Partial<import('./store.js').Channel>, style?: 'me', thread_root_id?: string, message_id?: string, emoji?: string,
 *   mentions?: {user_ids?: string[], group_ids?: string[], channel?: boolean, here?: boolean}, previews?: any[], file_ids?: string[], cards?: any[], shown_as?: {name?: string, emoji?: string}, via?: string, actions?: any[], action?: string, approval?: any, clicks?: any[],
 *   updated_seq?: number, edited_at?: string, deleted_at?: string, pinned_by?: string, reactions?: Record<string, string[]>,
 *   reply_count?: number, last_reply_at?: string, replier_ids?: string[]}} Entry
 * @typedef {{items: Entry[], next: unknown}} Page
 * @typedef {{page: (query: Record<string, number>) => Promise<Page>,
 *   since: (seq: number) => Promise<{items: Entry[], last_seq: number, reset: boolean}>,
 *   appended: (entry: Entry) => void}} Source
 */

export class ChannelLog {
  /** @type {import('@preact/signals-core').Signal<Entry[]>} in order */
  entries = signal([]);
  /** Whether the first entry of the channel is held. */
  atStart = signal(false);
  /** Whether the newest entry is held, so that live entries continue the run. */
  atEnd = signal(false);
  /** @type {import('@preact/signals-core').Signal<'' | 'all' | 'older' | 'newer'>} what is being fetched */
  loading = signal('');
  /** @type {import('@preact/signals-core').Signal<Error | null>} why the last fetch failed */
  problem = signal(null);

  /** @type {Map<number, Entry>} live entries that arrived before the ones they follow */
  #early = new Map();
  #newest = 0;
  #turn = 0;
  /** @type {Promise<void> | null} */
  #catching = null;

  /** @param {Source} source */
  constructor(source) {
    this.source = source;
  }

  get loaded() {
    return this.atEnd.value || this.entries.value.length > 0;
  }

  /** Shows the newest page and follows the channel from there. */
  openAtEnd() {
    return this.#fetch('all', async () => {
      const page = await this.source.page({ limit: PAGE });
      return () => {
        this.#replace(page, true);
        return this.#catchUp();
      };
    });
  }

  /** Shows the messages around the one with number `n`. @param {number} n */
  openAround(n) {
    return this.#fetch('all', async () => {
      const page = await this.source.page({ before_n: n + PAGE / 2, limit: PAGE });
      return () => this.#replace(page, false);
    });
  }

  /** Adds the page before the oldest entry. */
  older() {
    const [first] = this.entries.value;
    if (this.atStart.value || !first) return Promise.resolve();
    return this.#fetch('older', async () => {
      const page = await this.source.page({ before_n: first.n, limit: PAGE });
      return () => this.#prepend(page);
    });
  }

  /** Adds the page after the newest entry. */
  newer() {
    const last = this.entries.value.at(-1);
    if (this.atEnd.value || !last) return Promise.resolve();
    return this.#fetch('newer', async () => {
      const page = await this.source.page({ after_n: last.n, limit: PAGE });
      return () => this.#extend(page);
    });
  }

  /** Whether an entry is the very next, or already held. @param {number} seq */
  reaches(seq) {
    return seq <= this.#newest + 1;
  }

  /** Takes a live entry; a hole before it is filled first. @param {Entry} entry */
  take(entry) {
    if (!this.atEnd.value) return this.#fold(entry);
    if (entry.seq <= this.#newest) return;
    this.#early.set(entry.seq, entry);
    this.#drain();
    if (this.#early.size) this.catchUp();
  }

  /** Asks for everything after what is held. Safe to call at any time, and repeatedly. */
  catchUp() {
    if (!this.atEnd.value) return this.#refresh();
    this.#catching ??= this.#catchUp().catch(() => undefined).finally(() => (this.#catching = null));
    return this.#catching;
  }

  /** Far back nothing follows on: what is held is fetched again, as it is now. */
  async #refresh() {
    const [held, last] = [this.entries.value[0], this.entries.value.at(-1)];
    const now = new Map();
    for (let from = held?.n - 1; last && from < last.n; ) {
      const page = await this.source.page({ after_n: from, limit: REFRESHED }).catch(() => null);
      page?.items.forEach((entry) => now.set(entry.id, entry));
      from = page?.items.at(-1)?.n ?? last.n;
    }
    if (!this.atEnd.value) this.entries.value = this.entries.value.map((entry) => now.get(entry.id) ?? entry);
  }

  async #catchUp() {
    for (let behind = true; behind; ) {
      const { items, last_seq, reset } = await this.source.since(this.#newest);
      if (reset) return this.#startAnew(last_seq);
      batch(() => items.forEach((entry) => this.#append(entry)));
      behind = items.length > 0 && this.#newest < last_seq;
    }
    this.#drain();
  }

  /** Too far behind to fill the hole: the newest page replaces what was held. @param {number} last */
  async #startAnew(last) {
    this.#replace(await this.source.page({ limit: PAGE }), true);
    this.#newest = Math.max(this.#newest, last);
    this.#drain();
  }

  /**
   * Fetches, then applies, unless a wish for other pages came in between.
   * @param {'all' | 'older' | 'newer'} what @param {() => Promise<() => void | Promise<void>>} task
   */
  async #fetch(what, task) {
    if (this.loading.value && what !== 'all') return;
    const turn = ++this.#turn;
    this.loading.value = what;
    this.problem.value = null;
    try {
      const apply = await task();
      if (turn === this.#turn) await apply();
    } catch (problem) {
      if (turn === this.#turn) this.problem.value = problem;
    } finally {
      if (turn === this.#turn) this.loading.value = '';
    }
  }

  /** @param {Page} page @param {boolean} atEnd */
  #replace(page, atEnd) {
    batch(() => {
      this.entries.value = page.items;
      this.atStart.value = isLast(page);
      this.atEnd.value = atEnd;
    });
    this.#newest = page.items.at(-1)?.seq ?? 0;
    this.#early.clear();
  }

  /** @param {Page} page */
  #prepend(page) {
    batch(() => {
      const run = [...page.items, ...this.entries.value];
      this.atStart.value = isLast(page);
      if (run.length > MOST) this.#leaveEnd(run);
      else this.entries.value = run;
    });
  }

  /** @param {Page} page */
  async #extend(page) {
    batch(() => page.items.forEach((entry) => this.#append(entry)));
    if (!isLast(page)) return;
    this.atEnd.value = true;
    await this.#catchUp();
  }

  /** @param {Entry[]} run */
  #leaveEnd(run) {
    this.entries.value = run.slice(0, MOST);
    this.atEnd.value = false;
    this.#newest = /** @type {Entry} */ (this.entries.value.at(-1)).seq;
    this.#early.clear();
  }

  /** @param {Entry} entry */
  #append(entry) {
    if (entry.seq <= this.#newest) return;
    this.#newest = entry.seq;
    batch(() => {
      this.#fold(entry);
      if (SHOWN.includes(entry.kind)) this.#show(entry);
      this.source.appended(entry);
    });
  }

  /** @param {Entry} entry */
  #fold(entry) {
    this.entries.value = foldedRun(this.entries.value, entry);
  }

  /** @param {Entry} entry */
  #show(entry) {
    const run = [...this.entries.value, entry];
    this.entries.value = run.length > MOST ? run.slice(-MOST + PAGE) : run;
    if (run.length > MOST) this.atStart.value = false;
  }

  #drain() {
    if (!this.atEnd.value) return this.#early.clear();
    for (let entry; (entry = this.#early.get(this.#newest + 1)); ) {
      this.#early.delete(entry.seq);
      this.#append(entry);
    }
    for (const seq of this.#early.keys()) if (seq <= this.#newest) this.#early.delete(seq);
  }
}

/** @param {Page} page */
const isLast = ({ items, next }) => !next || items.length < PAGE;
