// @ts-check
/** A channel's log as the page shows it: days, the "new messages" line, who begins speaking, and what is on its way. */
import { sameDay } from '../core/dates.js';

const TOGETHER_MS = 5 * 60_000;
const COMINGS = ['member.joined', 'member.left', 'channel.changed'];

/**
 * @typedef {{key: string, type: 'day' | 'new' | 'message' | 'event', entry: any, first?: boolean}} Row
 * @param {any[]} entries of the log, in order
 * @param {any[]} unsent messages of mine that the log does not hold yet
 * @param {{myId: string, newAfter: number | null, comings: boolean}} view `newAfter`: the number of the last message that was read on arrival; `comings`: whether to show who came and went
 * @returns {Row[]}
 */
export function rowsOf(entries, unsent, { myId, newAfter, comings }) {
  const held = new Set(entries.map((entry) => entry.author_id === myId && entry.client_id).filter(Boolean));
  const waiting = unsent.filter((item) => !held.has(item.client_id)).map((item) => ({ ...item, author_id: myId, kind: 'message.sent' }));
  const shown = [...entries, ...waiting].filter(({ kind }) => kind === 'message.sent' || (comings && COMINGS.includes(kind)));
  /** @type {Row[]} */
  const rows = [];
  let before = null;
  let drawn = newAfter === null || !reaches(entries, newAfter);
  for (const entry of shown) {
    const day = !before || !sameDay(before.created_at, entry.created_at);
    const line = !drawn && isNews(entry, myId, newAfter ?? 0);
    if (day) rows.push({ key: `day ${entry.created_at.slice(0, 10)} ${keyOf(entry)}`, type: 'day', entry });
    if (line) rows.push({ key: 'new', type: 'new', entry });
    drawn ||= line;
    rows.push({ key: keyOf(entry), type: entry.kind === 'message.sent' ? 'message' : 'event', entry, first: day || line || !continues(before, entry) });
    before = entry;
  }
  return rows;
}

/** A message keeps its key when the server's entry replaces the one on its way. @param {any} entry @returns {string} */
export const keyOf = (entry) => (entry.client_id ? `${entry.author_id} ${entry.client_id}` : entry.id);

/** @param {any} entry @param {string} myId @param {number} newAfter */
const isNews = (entry, myId, newAfter) => entry.kind === 'message.sent' && entry.author_id !== myId && entry.n > newAfter;

/** Whether the entries begin before the first new message: else the line would stand in the midst of them. */
const reaches = (entries, newAfter) => (entries[0]?.n ?? 0) <= newAfter + 1;

/** Whether the same person goes on speaking. */
function continues(before, entry) {
  if (before?.kind !== 'message.sent' || entry.kind !== 'message.sent' || before.author_id !== entry.author_id || before.shown_as?.name !== entry.shown_as?.name) return false;
  return Date.parse(entry.created_at) - Date.parse(before.created_at) < TOGETHER_MS;
}
