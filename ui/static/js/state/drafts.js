// @ts-check
/** What a person has typed and not sent, per channel. */
import { signal } from '@preact/signals-core';
import { forget, keep, keysUnder, onKeptElsewhere, recall } from '../core/storage.js';
import { me } from '../net/session.js';
import { noteDraft, openDraftSync } from './draft-sync.js';

const folder = () => `draft.${me.peek()?.id}.`;

/** @type {import('@preact/signals-core').Signal<Set<string>>} channels that hold a draft */
export const drafted = signal(new Set());

/** Reads which channels hold drafts, here and as other tabs change them. */
export function openDrafts() {
  const read = () => (drafted.value = new Set(keysUnder(folder()).map((key) => key.slice(folder().length))));
  read();
  onKeptElsewhere((key) => key.startsWith(folder()) && read());
  openDraftSync({ read: draftOf, write });
}

/** @param {string} place a channel, or the root of a thread @returns {string} */
export const draftOf = (place) => recall(folder() + place) ?? '';

/** Keeps what is written, here and for one's other devices. @param {string} place @param {string} text @param {string} channelId */
export function keepDraft(place, text, channelId) {
  const written = text.trim() ? text : '';
  // Whoever signed out leaves nothing behind, though the field is still there for a moment.
  if (!place || !me.peek() || written === draftOf(place)) return;
  write(place, written);
  noteDraft(place, channelId);
}

/** @param {string} place @param {string} text */
function write(place, text) {
  if (text) keep(folder() + place, text);
  else forget(folder() + place);
  if (drafted.peek().has(place) === Boolean(text)) return;
  const next = new Set(drafted.peek());
  if (text) next.add(place);
  else next.delete(place);
  drafted.value = next;
}
