// @ts-check
/**
 * Messages that wait for their files: each leaves by itself as soon as its last upload is over, whatever is on screen then,
 * also after a reload. One waits in each place.
 */
import { effect, signal } from '@preact/signals-core';
import { forget, keep, keysUnder, recall } from '../core/storage.js';
import { me } from '../net/session.js';
import { attachedTo, attachments, release } from './attachments.js';
import { say } from './commands.js';
import { arrived } from './draft-sync.js';
import { keepDraft } from './drafts.js';
import { toast } from './notices.js';

/** @typedef {{channel_id: string, text: string, how: import('./outbox.js').Place}} Held */

/** @type {import('@preact/signals-core').Signal<Map<string, Held>>} by place */
export const held = signal(new Map());

const folder = () => `held.${me.peek()?.id}.`;

/** Reads what waits, and sends what is complete. Call when the attachments are known. */
export function openHeld() {
  held.value = new Map(keysUnder(folder()).map((key) => [key.slice(folder().length), recall(key)]));
  effect(() => {
    for (const [place, message] of held.value) if (isComplete(place)) leave(place, message);
  });
}

/** Whether every file of a place is uploaded. @param {string} place */
export const isComplete = (place) => attachedTo(place).every((one) => one.value.state === 'done');

/** Sends a message with the files of its place: at once, or as soon as they are uploaded. @param {string} place @param {Held} message @returns {boolean} whether it left */
export function sendWithFiles(place, message) {
  if (isComplete(place)) return leave(place, message);
  if (attachedTo(place).some((one) => one.peek().state === 'failed')) {
    toast('A file could not be uploaded. Try it again, or remove it.', { tone: 'alert' });
    return false;
  }
  keep(folder() + place, message);
  held.value = new Map(held.peek()).set(place, message);
  return false;
}

/** Takes a message back that waits. @param {string} place */
export function takeBack(place) {
  forget(folder() + place);
  const rest = new Map(held.peek());
  if (rest.delete(place)) held.value = rest;
}

/** @param {string} place @param {Held} message */
function leave(place, { channel_id, text, how }) {
  const files = attachedTo(place).map((one) => one.peek());
  const wasHeld = held.peek().has(place);
  takeBack(place);
  if (!text && !files.length) return true;
  release(files.map(({ key }) => key));
  say(channel_id, text, { ...how, ...(files.length && { file_ids: files.map(({ file_id }) => /** @type {string} */ (file_id)) }) });
  if (!wasHeld) return true;
  keepDraft(place, '', channel_id);
  arrived.value = { place, was: text, text: '' };
  return true;
}

/** How many files a place has. @param {string} place */
export const countAt = (place) => (attachments.value, attachedTo(place).length);
