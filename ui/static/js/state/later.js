// @ts-check
/** What is to happen later: scheduled messages, reminders, and what is saved. The server tells every change. */
import { computed, effect, signal } from '@preact/signals-core';
import { saidIn } from '../core/said.js';
import { ZONE } from '../core/times.js';
import { all, call } from '../net/http.js';
import { link, on } from '../net/connection.js';
import { fresh } from './fresh.js';
import { toast, toastProblem } from './notices.js';
import { openPlace, workspace } from './route.js';

/** @typedef {import('./log.js').Entry} Entry */
/**
 * @typedef {{code: string, detail: string}} Failure
 * @typedef {{id: string, workspace_id: string, channel_id: string, text: string, send_at: string, timezone: string, state: string, thread_root_id?: string, also_in_channel?: boolean, urgent?: boolean, file_ids?: string[], failure?: Failure, message_id?: string}} Scheduled
 * @typedef {{id: string, workspace_id: string, text: string, state: string, timezone: string, due_at?: string, rung_at?: string, channel_id?: string, message_id?: string, message?: Entry, recurs?: string, failure?: Failure}} Reminder
 * @typedef {{message_id: string, workspace_id: string, state: string, saved_at: string, message?: Entry, reminder?: Reminder}} Saved
 */

/** @type {import('@preact/signals-core').Signal<Map<string, Scheduled>>} what waits or failed in the workspace on screen */
export const scheduled = signal(new Map());
/** @type {import('@preact/signals-core').Signal<Map<string, Reminder>>} */
export const reminders = signal(new Map());
/** @type {import('@preact/signals-core').Signal<Map<string, Saved>>} what is to do, by its message */
export const saved = signal(new Map());
/** @type {import('@preact/signals-core').Signal<Error | null>} why the lists could not be loaded */
export const laterProblem = signal(null);
/** Whether the lists are those of the workspace on screen. */
export const laterLoaded = signal(false);

export const inOrder = computed(() => [...scheduled.value.values()].sort((a, b) => a.send_at.localeCompare(b.send_at)));
/** Reminders that rang or failed, and are not done. */
export const due = computed(() => byTime([...reminders.value.values()].filter((one) => one.rung_at || one.failure)));
export const upcoming = computed(() => byTime([...reminders.value.values()].filter((one) => one.due_at && !one.failure)));
/** Scheduled messages that could not be sent. */
export const failed = computed(() => inOrder.value.filter((one) => one.state === 'failed').length);

/** @param {Reminder[]} some */
const byTime = (some) => some.sort((a, b) => (a.rung_at ?? a.due_at ?? '').localeCompare(b.rung_at ?? b.due_at ?? ''));

/** Loads the lists whenever the line opens or the workspace changes, and follows what the server tells. */
export function openLater() {
  on('scheduled.changed', (event) => takeScheduled(event.scheduled));
  on('reminder.changed', ({ reminder }) => takeReminder(reminder));
  on('reminder.removed', ({ reminder_id, message_id }) => (drop(reminders, reminder_id), unremind(message_id)));
  on('saved.changed', (event) => takeSaved(event.saved));
  on('saved.removed', ({ message_id }) => drop(saved, message_id));
  on('ready', ({ user }) => !user.timezone && call('PATCH', '/me', { timezone: ZONE }).catch(() => undefined));
  effect(() => {
    const id = workspace.value?.id;
    laterLoaded.value = false;
    if (id && link.value.state === 'online') loadLater();
  });
}

export async function loadLater() {
  const id = workspace.peek()?.id;
  if (!id) return;
  const below = `/workspaces/${id}`;
  try {
    const ask = () => Promise.all(['scheduled', 'reminders', 'saved'].map((what) => all(`${below}/${what}`)));
    const [messages, open, todo] = await fresh([scheduled, reminders, saved], ask);
    if (workspace.peek()?.id !== id) return;
    scheduled.value = new Map(messages.map((one) => [one.id, one]));
    reminders.value = new Map(open.map((one) => [one.id, one]));
    saved.value = new Map(todo.map((one) => [one.message_id, one]));
    laterProblem.value = null;
    laterLoaded.value = true;
  } catch (problem) {
    laterProblem.value = /** @type {Error} */ (problem);
  }
}

/** @template T @param {import('@preact/signals-core').Signal<Map<string, T>>} list @param {string} id @param {T} item */
const put = (list, id, item) => (list.value = new Map(list.peek()).set(id, item));

/** @param {import('@preact/signals-core').Signal<Map<string, any>>} list @param {string} id */
function drop(list, id) {
  const rest = new Map(list.peek());
  rest.delete(id);
  list.value = rest;
}

/** @param {{workspace_id: string}} item */
const isHere = (item) => item.workspace_id === workspace.peek()?.id;

/** @param {Scheduled} item */
function takeScheduled(item) {
  if (!isHere(item)) return;
  if (['sent', 'cancelled'].includes(item.state)) return drop(scheduled, item.id);
  const news = item.state === 'failed' && scheduled.peek().get(item.id)?.state !== 'failed';
  put(scheduled, item.id, item);
  if (news) toast(`A scheduled message was not sent. ${item.failure?.detail ?? ''}`, { tone: 'alert', action: { label: 'Show', run: () => openPlace('scheduled') } });
}

/** @param {Reminder} item */
function takeReminder(item) {
  if (!isHere(item)) return;
  const known = reminders.peek().get(item.id);
  if (item.state === 'done') drop(reminders, item.id);
  else put(reminders, item.id, item);
  if (item.message_id && saved.peek().has(item.message_id)) attach(item);
  const show = { label: 'Show', run: () => openPlace('later') };
  if (item.rung_at && item.rung_at !== known?.rung_at) toast(`Reminder: ${wordsOf(item)}`, { action: show });
  else if (item.failure && !known?.failure) toast(`A reminder could not be told. ${item.failure.detail}`, { tone: 'alert', action: show });
}

/** @param {Reminder} item */
function attach(item) {
  const one = /** @type {Saved} */ (saved.peek().get(/** @type {string} */ (item.message_id)));
  put(saved, one.message_id, { ...one, reminder: item.state === 'done' ? undefined : item });
}

/** @param {string | undefined} messageId */
function unremind(messageId) {
  const one = saved.peek().get(messageId ?? '');
  if (one) put(saved, one.message_id, { ...one, reminder: undefined });
}

/** @param {Saved} item */
function takeSaved(item) {
  if (!isHere(item)) return;
  if (item.state === 'todo') put(saved, item.message_id, item);
  else drop(saved, item.message_id);
}

/** What a reminder is about, in a line. @param {Reminder} item */
export const wordsOf = ({ text, message }) => text || (message && saidIn(message).split('\n')[0]) || 'a message';

// What a person can do. Each that is not awaited shows why it failed.

/** A moment, or a wall clock of this device, to the minute. @param {Date | string} at */
const timed = (at) => ({ at: at instanceof Date ? at.toISOString() : `${at}:00`, timezone: ZONE });

/** @param {string} channelId @param {{text: string, confirm_everyone?: boolean} & import('./outbox.js').Place} message @param {Date | string} at */
export async function schedule(channelId, message, at) {
  const made = await call('POST', `/channels/${channelId}/scheduled`, { ...message, ...timed(at) });
  takeScheduled(made);
  return made;
}

/** @param {string} id @param {{text?: string, at?: Date | string}} changes */
export async function changeScheduled(id, { text, at }) {
  takeScheduled(await call('PATCH', `/scheduled/${id}`, { ...(text !== undefined && { text }), ...(at && timed(at)) }));
}

/** @param {Scheduled} item */
export const sendNow = (item) => call('POST', `/scheduled/${item.id}/send`).then(() => toast('On its way.'), toastProblem);

/** Cancels, and offers to schedule the same anew. @param {Scheduled} item */
export async function cancelScheduled({ id, channel_id, text, thread_root_id, also_in_channel, urgent, file_ids, send_at, state }) {
  const same = { text, thread_root_id, also_in_channel, urgent, file_ids, confirm_everyone: true };
  const undo = () => schedule(channel_id, same, new Date(send_at)).catch(toastProblem);
  try {
    await call('DELETE', `/scheduled/${id}`);
    drop(scheduled, id);
    if (state !== 'failed') toast('It will not be sent.', { action: { label: 'Undo', run: undo } });
  } catch (problem) {
    toastProblem(/** @type {Error} */ (problem));
  }
}

/** @param {{text: string, when?: string, at?: Date | string, channel_id?: string}} given */
export async function remind({ at, ...given }) {
  const made = await call('POST', `/workspaces/${workspace.peek()?.id}/reminders`, { ...given, ...(at ? timed(at) : { timezone: ZONE }) });
  takeReminder(made);
  return made;
}

/** @param {Reminder} item */
export const complete = (item) => call('POST', `/reminders/${item.id}/done`).then(takeReminder, toastProblem);

/** @param {Reminder} item @param {Date} at */
export async function snooze(item, at) {
  takeReminder(await call('POST', `/reminders/${item.id}/snooze`, timed(at)));
}

/** @param {Reminder} item */
export async function removeReminder(item) {
  try {
    await call('DELETE', `/reminders/${item.id}`);
    drop(reminders, item.id);
    unremind(item.message_id);
    toast('Reminder deleted.');
  } catch (problem) {
    toastProblem(/** @type {Error} */ (problem));
  }
}

/** @param {string} messageId @param {{state?: string, when?: string, at?: Date | string}} [how] @returns {Promise<Saved>} */
export async function saveMessage(messageId, { at, when, state } = {}) {
  const time = at ? timed(at) : when ? { when, timezone: ZONE } : {};
  const made = await call('PUT', `/messages/${messageId}/saved`, { ...time, ...(state && { state }) });
  takeSaved(made);
  if (made.reminder) takeReminder(made.reminder);
  return made;
}

/** @param {string} messageId */
export async function unsave(messageId) {
  await call('DELETE', `/messages/${messageId}/saved`);
  drop(saved, messageId);
}

/** Saves a message, or takes it out again, with the way back. @param {Entry} message */
export async function toggleSaved({ id }) {
  const undo = (/** @type {() => Promise<any>} */ run) => ({ action: { label: 'Undo', run: () => run().catch(toastProblem) } });
  try {
    if (saved.peek().has(id)) {
      await unsave(id);
      toast('Not saved any more.', undo(() => saveMessage(id)));
    } else {
      await saveMessage(id);
      toast('Saved for later.', undo(() => unsave(id)));
    }
  } catch (problem) {
    toastProblem(/** @type {Error} */ (problem));
  }
}
