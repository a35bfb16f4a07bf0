// @ts-check
/** The workspace's own emoji, by name. */
import { effect, signal } from '@preact/signals-core';
import { all, call } from '../net/http.js';
import { on } from '../net/connection.js';
import { fresh } from './fresh.js';
import { workspace } from './route.js';

/** @typedef {{name: string, url: string, created_by: string, created_at: string}} CustomEmoji */

/** @type {import('@preact/signals-core').Signal<Map<string, CustomEmoji>>} of the workspace on screen */
export const customEmoji = signal(new Map());

/** Follows the workspace on screen. The addresses of pictures end after a day, so they are asked for with each connection. */
export function openCustomEmoji() {
  effect(() => void (workspace.value && load(workspace.value.id)));
  on('ready', () => workspace.peek() && load(/** @type {any} */ (workspace.peek()).id));
  on('emoji.added', ({ workspace_id, emoji }) => workspace_id === workspace.peek()?.id && put(emoji));
  on('emoji.removed', ({ workspace_id, name }) => workspace_id === workspace.peek()?.id && drop(name));
}

/** @param {string} workspaceId */
async function load(workspaceId) {
  const items = await fresh([customEmoji], () => all(`/workspaces/${workspaceId}/emoji`)).catch(() => null);
  if (items && workspace.peek()?.id === workspaceId) customEmoji.value = new Map(items.map((emoji) => [emoji.name, emoji]));
}

/** @param {CustomEmoji} emoji */
const put = (emoji) => (customEmoji.value = new Map(customEmoji.peek()).set(emoji.name, emoji));

/** @param {string} name */
function drop(name) {
  const rest = new Map(customEmoji.peek());
  rest.delete(name);
  customEmoji.value = rest;
}

/** @param {string} name @param {Blob} file @throws {import('../net/problem.js').Problem} */
export async function addEmoji(name, file) {
  const image = await base64Of(file);
  put(await call('POST', `/workspaces/${workspace.peek()?.id}/emoji`, { name, image }));
}

/** @param {string} name @throws {import('../net/problem.js').Problem} */
export async function removeEmoji(name) {
  await call('DELETE', `/workspaces/${workspace.peek()?.id}/emoji/${encodeURIComponent(name)}`);
  drop(name);
}

/** @param {Blob} file @returns {Promise<string>} */
async function base64Of(file) {
  const reader = new FileReader();
  await new Promise((resolve, reject) => {
    Object.assign(reader, { onload: resolve, onerror: () => reject(reader.error) });
    reader.readAsDataURL(file);
  });
  return String(reader.result).split(',')[1] ?? '';
}
