// @ts-check
/** What a person has typed and not sent, per channel. */
import { signal } from '@preact/signals-core';
import { forget, keep, keysUnder, onKeptElsewhere, recall } from '../core/storage.js';
import { me } from '../net/session.js';

const folder = () => `draft.${me.peek()?.id}.`;

/** @type {import('@preact/signals-core').Signal<Set<string>>} channels that hold a draft */
export const drafted = signal(new Set());

/** Reads which channels hold drafts, here and as other tabs change them. */
export function openDrafts() {
  const read = () => (drafted.value = new Set(keysUnder(folder()).map((key) => key.slice(folder().length))));
  read();
  onKeptElsewhere((key) => key.startsWith(folder()) && read());
}

/** @param {string} channelId @returns {string} */
export const draftOf = (channelId) => recall(folder() + channelId) ?? '';

/** @param {string} channelId @param {string} text */
export function keepDraft(channelId, text) {
  if (text.trim()) keep(folder() + channelId, text);
  else forget(folder() + channelId);
  if (drafted.peek().has(channelId) === Boolean(text.trim())) return;
  const next = new Set(drafted.peek());
  if (text.trim()) next.add(channelId);
  else next.delete(channelId);
  drafted.value = next;
}
