// @ts-check
/** What one does to a message: edit, delete, react, pin, mark unread, link. */
import { signal } from '@preact/signals-core';
import { saidIn } from '../core/said.js';
import { call } from '../net/http.js';
import { request } from '../net/connection.js';
import { me } from '../net/session.js';
import { logOf } from './logs.js';
import { announce, toast, toastProblem } from './notices.js';
import { arrival, unsentByChannel, unsentByThread } from './outbox.js';
import { channels } from './store.js';
import { openThread } from './threads.js';
import { pathTo, workspace } from './route.js';
import { may } from './rights.js';

/** @typedef {import('./log.js').Entry} Entry */

/** @type {import('@preact/signals-core').Signal<string | null>} the message that is being edited, by id */
export const editing = signal(null);

/** @type {import('@preact/signals-core').Signal<{place: string, text: string} | null>} what is to be written where someone writes: in a channel, or in a thread by its root */
export const quoting = signal(null);

/** A message as a quotation, each line of it. @param {Entry} message */
export const quoted = (message) => saidIn(message).split('\n').map((line) => `> ${line}`).join('\n');

/** Quotes a message where one answers it. @param {Entry} message @param {string} place a channel, or a thread's root */
export const quote = (message, place) => void (quoting.value = { place, text: `${quoted(message)}\n\n` });

/** Seconds after sending in which a message may be edited; null: always. */
const edit = document.getElementById('app')?.dataset.editWindow;
const EDIT_WINDOW_S = edit === undefined || edit === '' ? null : Number(edit);

/** Whether I may edit a message now. @param {Entry} message */
export function mayEdit({ author_id, created_at, deleted_at }) {
  if (author_id !== me.peek()?.id || deleted_at) return false;
  return EDIT_WINDOW_S === null || Date.now() - Date.parse(created_at) < EDIT_WINDOW_S * 1000;
}

/** Whether I may delete a message. @param {Entry} message */
export const mayDelete = ({ author_id, deleted_at }) => !deleted_at && (author_id === me.peek()?.id || may('message.delete_any'));

/**
 * Begins to edit my last message of a channel or, when one is open, of its thread; whether there is one. One that is
 * on its way is edited once it is there, if that `isWanted` still.
 * @param {string} channelId @param {string | undefined} threadRootId @param {() => boolean} isWanted
 */
export function editLast(channelId, threadRootId, isWanted) {
  const leaving = (threadRootId ? unsentByThread.peek().get(threadRootId) : unsentByChannel.peek().get(channelId))?.at(-1);
  if (!leaving || leaving.state === 'unsent') return editLastSent(channelId, threadRootId);
  void arrival(leaving.client_id).then((isThere) => isThere && isWanted() && editLastSent(channelId, threadRootId));
  return true;
}

/** @param {string} channelId @param {string | undefined} threadRootId */
function editLastSent(channelId, threadRootId) {
  const run = threadRootId ? openThread.peek()?.replies.peek() : logOf(channelId).entries.peek();
  const last = run?.findLast((entry) => entry.author_id === me.peek()?.id && entry.kind.startsWith('message.'));
  if (!last || !mayEdit(last)) return false;
  editing.value = last.id;
  return true;
}

/** @param {Entry} message @param {string} text */
export async function saveEdit(message, text) {
  await request('message.edit', { message_id: message.id, text });
  editing.value = null;
}

/** @param {Entry} message */
export const remove = (message) => request('message.delete', { message_id: message.id });

/** Adds my reaction, or takes it back. @param {Entry} message @param {string} emoji */
export function react(message, emoji) {
  const mine = message.reactions?.[emoji]?.includes(me.peek()?.id ?? '');
  return request(mine ? 'reaction.remove' : 'reaction.add', { message_id: message.id, emoji }).catch(toastProblem);
}

/** Pins a message to its channel, or takes the pin off. @param {Entry} message */
export async function togglePin(message) {
  const pinned = Boolean(message.pinned_by);
  try {
    await request(pinned ? 'message.unpin' : 'message.pin', { message_id: message.id });
    toast(pinned ? 'Pin taken off.' : 'Pinned to the channel.', { action: { label: 'Undo', run: () => togglePin({ ...message, pinned_by: pinned ? undefined : 'me' }) } });
  } catch (problem) {
    toastProblem(problem);
  }
}

/** The address under which a message opens. @param {Entry} message */
export function linkTo({ id, channel_id }) {
  return `${location.origin}${pathTo(workspace.peek()?.slug ?? '', channel_id)}/${id}`;
}

/** @param {string} text @param {string} done */
export function copy(text, done) {
  navigator.clipboard?.writeText(text).then(() => announce(done), () => undefined);
}

/** @param {Entry} message @returns {Promise<{text: string, at: string}[]>} */
export const versionsOf = async ({ id }) => (await call('GET', `/messages/${id}/versions`)).items;

/** @param {string} channelId @returns {Promise<Entry[]>} */
export const pinsOf = async (channelId) => (await call('GET', `/channels/${channelId}/pins`)).items;

/** Whether a channel is one of mine. @param {string} channelId */
export const isMine = (channelId) => channels.peek().has(channelId);
