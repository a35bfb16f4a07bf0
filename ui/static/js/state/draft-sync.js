// @ts-check
/**
 * Drafts on the server, for one's other devices. This browser keeps them first; what it could not tell the server stays
 * marked, and is told when the line opens again, with the time at which it was written.
 */
import { effect, signal } from '@preact/signals-core';
import { forget, keep, keysUnder, recall } from '../core/storage.js';
import { all, call } from '../net/http.js';
import { link, on } from '../net/connection.js';
import { me } from '../net/session.js';
import { workspace } from './route.js';

const SETTLE_MS = 1_000;

/**
 * @typedef {{channel_id: string, text: string, written_at: string, thread_root_id?: string}} Draft
 * @typedef {{channel_id: string, written_at: string, dirty: boolean}} Known
 */

/** @type {import('@preact/signals-core').Signal<{place: string, was: string, text: string} | null>} a draft that another device wrote */
export const arrived = signal(null);

const folder = () => `draft-known.${me.peek()?.id}.`;
/** @param {string} place @returns {Known | null} */
const known = (place) => recall(folder() + place);
/** @type {Map<string, ReturnType<typeof setTimeout>>} */
const timers = new Map();
/** @type {{read: (place: string) => string, write: (place: string, text: string) => void}} */
let local = { read: () => '', write: () => undefined };

/** Follows other devices, and tells them what this one wrote while it was offline. @param {typeof local} drafts */
export function openDraftSync(drafts) {
  local = drafts;
  on('draft.changed', ({ draft }) => take(draft));
  effect(() => {
    const id = workspace.value?.id;
    if (id && link.value.state === 'online') catchUp(id);
  });
}

/** This device wrote. @param {string} place @param {string} channelId */
export function noteDraft(place, channelId) {
  keep(folder() + place, { channel_id: channelId, written_at: new Date().toISOString(), dirty: true });
  clearTimeout(timers.get(place));
  timers.set(place, setTimeout(() => push(place), SETTLE_MS));
}

/** @param {string} workspaceId */
async function catchUp(workspaceId) {
  const waiting = keysUnder(folder()).map((key) => key.slice(folder().length)).filter((place) => known(place)?.dirty);
  await Promise.all(waiting.map((place) => push(place, { late: true })));
  const drafts = await all(`/workspaces/${workspaceId}/drafts`).catch(() => []);
  drafts.forEach(take);
}

/** @param {string} place @param {{late?: boolean}} [how] */
async function push(place, { late = false } = {}) {
  const told = known(place);
  if (!told?.dirty || link.peek().state !== 'online') return;
  const inThread = place !== told.channel_id && { thread_root_id: place };
  // What is written now has the server's time: this device's clock may be wrong.
  const body = { text: local.read(place), ...inThread, ...(late && { written_at: told.written_at }) };
  try {
    const draft = await call('PUT', `/channels/${told.channel_id}/draft`, body);
    if (known(place)?.written_at !== told.written_at) return;
    keep(folder() + place, { ...told, dirty: false });
    take(draft);
  } catch (problem) {
    // Not mine any more, or too much: it stays on this device alone.
    const { status } = /** @type {any} */ (problem);
    if (status >= 400 && status < 500) forget(folder() + place);
  }
}

/** @param {Draft} draft */
function take({ channel_id, thread_root_id, text, written_at }) {
  const place = thread_root_id ?? channel_id;
  const held = known(place);
  if (held?.dirty) return;
  keep(folder() + place, { channel_id, written_at, dirty: false });
  const was = local.read(place);
  if (was === text) return;
  local.write(place, text);
  arrived.value = { place, was, text };
}
