// @ts-check
/**
 * Messages on their way. Each is kept in storage until the server has it, so it survives a reload, a crash and a
 * dead line. It keeps its `client_id` for ever, so sending it again never makes a second message. A channel's
 * messages leave one after the other, in the order they were written.
 */
import { computed, signal } from '@preact/signals-core';
import { newId } from '../core/ids.js';
import { forget, keep, keysUnder, onKeptElsewhere, recall, tabId } from '../core/storage.js';
import { until } from '../core/until.js';
import { link, request } from '../net/connection.js';
import { me } from '../net/session.js';

const ORPHAN_MS = 20_000;
const PAUSE_MS = 2_000;
const tab = tabId(newId);

/**
 * @typedef {{client_id: string, channel_id: string, text: string, created_at: string, order: number, tab: string,
 *   thread_root_id?: string, also_in_channel?: boolean, confirm_everyone?: boolean, urgent?: boolean, file_ids?: string[],
 *   state: 'sending' | 'sent' | 'unsent', problem?: string, code?: string}} Unsent
 * @typedef {{thread_root_id?: string, also_in_channel?: boolean, urgent?: boolean, file_ids?: string[]}} Place where in a channel a message goes, whether nobody may be spared of it, and the files it holds
 */

/** @type {import('@preact/signals-core').Signal<Unsent[]>} in the order they were written */
export const unsent = signal([]);

/** The unsent messages of each channel's timeline. */
export const unsentByChannel = computed(() => Map.groupBy(unsent.value.filter(isInTimeline), (item) => item.channel_id));

/** The unsent replies of each thread. */
export const unsentByThread = computed(() => Map.groupBy(unsent.value.filter((item) => item.thread_root_id), (item) => item.thread_root_id));

/** @param {Unsent} item */
const isInTimeline = ({ thread_root_id, also_in_channel }) => !thread_root_id || also_in_channel;

/** @type {(message: any) => void} */
let delivered = () => undefined;
/** @type {Set<string>} channels whose messages are leaving right now */
const leaving = new Set();

/** Reads what an earlier visit left, and calls `onDelivered(message)` for each that arrives. @param {(message: any) => void} onDelivered */
export function openOutbox(onDelivered) {
  delivered = onDelivered;
  load();
  onKeptElsewhere((key) => key.startsWith(folder()) && load());
  setInterval(() => link.peek().state === 'online' && flush(), ORPHAN_MS);
}

/** Writes a message; it leaves at once when it can. @param {string} channelId @param {string} text @param {Place} [place] */
export function send(channelId, text, place = {}) {
  const now = Date.now();
  const order = Math.max(now, (unsent.peek().at(-1)?.order ?? 0) + 1);
  store({ ...place, client_id: newId(), channel_id: channelId, text, created_at: new Date(now).toISOString(), order, tab, state: 'sending' });
  leave(channelId);
}

/** Sends a message again, and those that wait behind it. @param {Unsent} item */
export function retry(item) {
  store({ ...item, tab, state: 'sending', problem: undefined, code: undefined });
  leave(item.channel_id);
}

/** Sends a message that calls more people than one calls by accident. @param {Unsent} item */
export const confirmEveryone = (item) => retry({ ...item, confirm_everyone: true });

/** Gives a message up. @param {Unsent} item */
export function discard(item) {
  remove(item.client_id);
}

/** Takes a message off the list that the server has, whoever sent it there. @param {string | undefined} clientId */
export function settle(clientId) {
  if (clientId && unsent.peek().some((item) => item.client_id === clientId)) remove(clientId);
}

/** Resolves when the log shows a message that is on its way, to false when it does not get there for now. @param {string} clientId @returns {Promise<boolean>} */
export async function arrival(clientId) {
  const item = () => unsent.value.find(({ client_id }) => client_id === clientId);
  await until(() => !item() || item()?.state === 'unsent');
  return !item();
}

/** Sends all that waits: this tab's, and what a closed tab left. */
export function flush() {
  for (const item of unsent.peek()) {
    if (item.tab !== tab && Date.now() - item.order > ORPHAN_MS && !item.problem) store({ ...item, tab, state: 'sending' });
  }
  for (const channelId of new Set(unsent.peek().map((item) => item.channel_id))) leave(channelId);
}

/** Says of everything on its way that it will not arrive for now. */
export function strand() {
  for (const item of unsent.peek()) if (item.tab === tab && item.state === 'sending') store({ ...item, state: 'unsent' });
}

/** @param {string} channelId */
async function leave(channelId) {
  if (leaving.has(channelId)) return;
  leaving.add(channelId);
  try {
    for (let item; (item = next(channelId)); ) await deliver(item);
  } catch {
    strand();
  } finally {
    leaving.delete(channelId);
  }
}

/** The next message of a channel that may leave: those the server refused wait for their author. @param {string} channelId */
function next(channelId) {
  if (link.peek().state !== 'online') {
    strand();
    return undefined;
  }
  return unsent.peek().find((item) => item.channel_id === channelId && item.tab === tab && item.state !== 'sent' && !item.problem);
}

/** @param {Unsent} item */
async function deliver(item) {
  if (item.state !== 'sending') store({ ...item, state: 'sending' });
  const { channel_id, text, client_id, thread_root_id, also_in_channel, confirm_everyone, urgent, file_ids } = item;
  try {
    const { message } = await request('message.send', { channel_id, text, client_id, thread_root_id, also_in_channel, confirm_everyone, urgent, file_ids });
    acknowledged(item);
    delivered(message);
  } catch (problem) {
    if (!problem.passing) return store({ ...item, state: 'unsent', problem: problem.message, code: problem.code });
    if (['offline', 'timeout'].includes(problem.code)) throw problem;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** Stays on screen until the log shows it in its place; `settle` then takes it off. @param {Unsent} item */
function acknowledged(item) {
  forget(folder() + item.client_id);
  unsent.value = unsent.peek().map((known) => (known.client_id === item.client_id ? { ...known, state: 'sent' } : known));
}

const folder = () => `outbox.${me.peek()?.id}.`;

function load() {
  const arriving = unsent.peek().filter((item) => item.state === 'sent');
  const kept = keysUnder(folder()).map(recall).filter(Boolean);
  unsent.value = [...arriving, ...kept].sort((a, b) => a.order - b.order);
}

/** @param {Unsent} item */
function store(item) {
  keep(folder() + item.client_id, item);
  const known = unsent.peek();
  const at = known.findIndex((other) => other.client_id === item.client_id);
  unsent.value = at < 0 ? [...known, item] : known.with(at, item);
}

/** @param {string} clientId */
function remove(clientId) {
  forget(folder() + clientId);
  unsent.value = unsent.peek().filter((item) => item.client_id !== clientId);
}
