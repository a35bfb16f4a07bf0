// @ts-check
/** What the gallery goes through: the pictures and videos of a place, in order, as far as they are loaded. */
import { fileOf, isClean } from './files.js';
import { logOf } from './logs.js';
import { openThread } from './threads.js';

/** @typedef {import('./files.js').File} File */
/** @typedef {{file: File, entry?: import('./log.js').Entry}} Shown */

/** Whether the gallery can show a file. @param {File | null | undefined} file */
export const isShowable = (file) => Boolean(file && isClean(file) && (file.kind === 'image' || file.kind === 'video' || (file.kind === 'pdf' && file.previews?.some(({ name }) => name === 'page'))));

/**
 * @param {{channelId?: string, rootId?: string, ids?: string[]}} where the timeline of a channel, a thread, or a list of files
 * @returns {Shown[]}
 */
export function shownIn({ channelId, rootId, ids }) {
  if (ids) return ids.flatMap((id) => shown(id));
  return entriesOf(channelId, rootId).flatMap((entry) => (entry.deleted_at ? [] : (entry.file_ids ?? []).flatMap((id) => shown(id, entry))));
}

/** @param {string | undefined} channelId @param {string | undefined} rootId @returns {import('./log.js').Entry[]} */
function entriesOf(channelId, rootId) {
  const thread = openThread.value;
  if (rootId && thread?.rootId === rootId && thread.root.value) return [thread.root.value, ...thread.replies.value];
  return channelId ? logOf(channelId).entries.value : [];
}

/** @param {string} id @param {import('./log.js').Entry} [entry] @returns {Shown[]} */
function shown(id, entry) {
  const file = fileOf(id).value;
  return isShowable(file) ? [{ file: /** @type {File} */ (file), entry }] : [];
}
