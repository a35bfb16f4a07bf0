// @ts-check
/** The logs of the channels looked at lately, and what an entry means for the rest of the app. */
import { saidIn } from '../core/said.js';
import { until } from '../core/until.js';
import { call } from '../net/http.js';
import { link, request } from '../net/connection.js';
import { me } from '../net/session.js';
import { isMessage } from './fold.js';
import { ChannelLog } from './log.js';
import { applyMembership } from './members.js';
import { announce } from './notices.js';
import { settle } from './outbox.js';
import { stopTyping } from './people.js';
import { read, received } from './receipts.js';
import { channelId as onScreen } from './route.js';
import { callsMe, channels, nameOf, onceNamed, patchChannel } from './store.js';
import { isOpen, takeIntoThread } from './threads.js';

/** @typedef {import('./log.js').Entry} Entry */

const MOST = 30;
const OVERTAKEN_MS = 1_000;

/** @type {Map<string, ChannelLog>} the one used last comes last */
const logs = new Map();

/** @param {string} channelId @returns {ChannelLog} */
export function logOf(channelId) {
  const log = logs.get(channelId) ?? new ChannelLog(sourceOf(channelId));
  logs.delete(channelId);
  logs.set(channelId, log);
  for (const id of logs.keys()) if (logs.size > MOST && id !== onScreen.peek()) logs.delete(id);
  return log;
}

/** @param {string} channelId */
export const forgetLog = (channelId) => logs.delete(channelId);

/** Fills what was missed in every log that is held. */
export const catchUpAll = () => Promise.all([...logs.values()].map((log) => log.catchUp()));

/** Fetches channels that hold messages no device of mine has yet. @param {import('./store.js').Channel[]} listed */
export async function fetchMissed(listed) {
  const missed = listed.filter(({ id, last_n, received_n }) => last_n > received_n && !logs.has(id));
  for (const { id } of missed.slice(0, MOST / 2)) {
    // Meanwhile the person may have opened it, at a place of their own.
    if (!logs.has(id)) await logOf(id).openAtEnd();
  }
}

/** Takes a live entry. @param {Entry} entry */
export function takeEntry(entry) {
  const known = channels.peek().get(entry.channel_id)?.peek();
  if (!known) return;
  const news = entry.seq > known.last_seq;
  patchChannel(known.id, { last_seq: Math.max(known.last_seq, entry.seq), last_n: Math.max(known.last_n, entry.n) });
  if (news && entry.changes) patchChannel(known.id, entry.changes);
  const log = logs.get(entry.channel_id);
  const follows = log?.atEnd.peek();
  log?.take(entry);
  if (!follows) noted(entry);
  takeIntoThread(entry, log?.entries.peek().find(({ id }) => id === entry.thread_root_id));
  if (news) {
    called(entry);
    spoken(entry);
  }
}

/** Takes the acknowledgement of my own message. @param {Entry} message */
export function takeOwn(message) {
  const log = logs.get(message.channel_id);
  if (!log?.atEnd.peek() || log.reaches(message.seq)) return takeEntry(message);
  // A channel's entries come in order, so those before it are on their way; if not, taking it finds the hole.
  setTimeout(() => takeEntry(message), OVERTAKEN_MS);
}

/** @param {string} channelId @returns {import('./log.js').Source} */
function sourceOf(channelId) {
  return {
    page: async (query) => {
      const page = await call('GET', `/channels/${channelId}/messages?${new URLSearchParams(/** @type {any} */ (query))}`);
      if (page.items.length) received(channelId, page.items.at(-1).n);
      return page;
    },
    since: (seq) => {
      if (link.peek().state === 'online') return request('channel.sync', { channel_id: channelId, since_seq: seq });
      return call('GET', `/channels/${channelId}/changes?since_seq=${seq}`);
    },
    appended: noted,
  };
}

/** @param {Entry} entry */
function noted(entry) {
  if (!isMessage(entry)) return applyMembership(entry);
  stopTyping(entry.channel_id, entry.author_id);
  received(entry.channel_id, entry.n);
  if (entry.author_id !== me.peek()?.id) return;
  if (entry.kind === 'message.sent') read(entry.channel_id, entry.n);
  void settleOnceShown(entry);
}

/** Takes my message off those on their way, once its log, should that be on its way too, may show it. @param {Entry} entry */
async function settleOnceShown({ channel_id, client_id }) {
  const log = logs.get(channel_id);
  if (log && !log.atEnd.peek()) await until(() => !log.loading.value);
  settle(client_id);
}

/** Counts a message that mentions me. @param {Entry} entry */
function called(entry) {
  if (entry.kind !== 'message.sent' || entry.author_id === me.peek()?.id || !callsMe(entry)) return;
  const known = channels.peek().get(entry.channel_id)?.peek();
  if (known) patchChannel(known.id, { mentions: [...(known.mentions ?? []), entry.n] });
}

/** @param {Entry} entry */
function spoken(entry) {
  const { kind, channel_id, author_id, thread_root_id } = entry;
  const shown = kind === 'message.sent' ? channel_id === onScreen.peek() : isOpen(thread_root_id);
  if (shown && isMessage(entry) && author_id !== me.peek()?.id) {
    onceNamed(() => announce(`${nameOf(author_id)}: ${saidIn(entry).slice(0, 300)}`));
  }
}
