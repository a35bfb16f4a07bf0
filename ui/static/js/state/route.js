// @ts-check
/** Where the person is: /app/{workspace slug}/{channel id}/{message id}, or /app/{workspace slug}/~{place}/{section}/{detail}; without a workspace /app/~{place}/…. */
import { computed, signal } from '@preact/signals-core';
import { keep, recall } from '../core/storage.js';
import { channels, workspaces } from './store.js';

const path = signal(location.pathname);
addEventListener('popstate', () => (path.value = location.pathname));

const parts = computed(() => {
  const named = path.value.split('/').slice(2).map(decodeURIComponent);
  return named[0]?.startsWith('~') ? ['', ...named] : named;
});

export const workspace = computed(() => workspaces.value?.find((known) => known.slug === parts.value[0]) ?? null);
/** A view of the workspace that is no channel, such as `threads`; null in a channel. */
export const place = computed(() => (parts.value[1]?.startsWith('~') ? parts.value[1].slice(1) : null));
/** The section of a place that has several, and what the address asks for in it. */
export const section = computed(() => (place.value ? (parts.value[2] ?? null) : null));
export const detail = computed(() => (place.value ? (parts.value[3] ?? null) : null));
export const channelId = computed(() => (place.value ? null : (parts.value[1] ?? null)));
/** The message that the address asks to show. */
export const messageId = computed(() => (place.value ? null : (parts.value[2] ?? null)));

/** The channel on screen, or null when none is chosen or it is not mine. */
export const channel = computed(() => channels.value.get(channelId.value ?? '') ?? null);

/** @param {string} slug @param {string} [id] */
export const pathTo = (slug, id) => `/app${slug && `/${encodeURIComponent(slug)}`}${id ? `/${encodeURIComponent(id).replace('%7E', '~')}` : ''}`;

/** @param {string} to @param {{replace?: boolean}} [how] */
export function go(to, { replace = false } = {}) {
  if (to === path.peek()) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', to);
  path.value = to;
}

/** Opens a channel of the workspace on screen. @param {string} id */
export function openChannel(id) {
  if (workspace.peek()) go(pathTo(/** @type {any} */ (workspace.peek()).slug, id));
}

/** Opens a view of the workspace, or of no workspace. @param {string} name */
export const openPlace = (name) => go(pathTo(workspace.peek()?.slug ?? '', `~${name}`));

/** Where a section of a place is. @param {string} slug @param {string} name @param {string} section @param {string} [detail] */
export const pathToSection = (slug, name, section, detail) => [pathTo(slug, `~${name}`), section, ...(detail ? [encodeURIComponent(detail)] : [])].join('/');

/** Opens a section of a place. @param {string} name @param {string} id @param {string} [detail] */
export const openSection = (name, id, detail) => go(pathToSection(workspace.peek()?.slug ?? '', name, id, detail));

/** Opens a section of the workspace's administration. @param {string} id @param {string} [detail] */
export const openAdmin = (id, detail) => openSection('admin', id, detail);

/** Opens a message in its channel. @param {{id: string, channel_id: string}} message */
export function openMessage({ id, channel_id }) {
  if (workspace.peek()) go(`${pathTo(/** @type {any} */ (workspace.peek()).slug, channel_id)}/${id}`);
}

/** The message has been shown: the address is its channel's again. */
export function forgetMessage() {
  if (workspace.peek() && channelId.peek()) go(pathTo(/** @type {any} */ (workspace.peek()).slug, /** @type {string} */ (channelId.peek())), { replace: true });
}

/** Where a workspace opens: the channel last seen there, else its first. @param {string} workspaceId */
export function homeOf(workspaceId) {
  const last = recall(`last.${workspaceId}`);
  if (last && channels.peek().has(last)) return last;
  const own = [...channels.peek().values()].map((known) => known.peek()).filter((known) => known.workspace_id === workspaceId);
  return (own.find((known) => known.name === 'general') ?? own.find((known) => known.kind !== 'direct' && known.kind !== 'group') ?? own[0])?.id;
}

/** Remembers the place, to open it next time. */
export function rememberPlace() {
  if (!workspace.value || !channel.value) return;
  keep('last', workspace.value.id);
  keep(`last.${workspace.value.id}`, channel.value.peek().id);
}

/** The workspace to show to who asked for none. */
export function homeWorkspace() {
  const known = workspaces.value ?? [];
  return known.find(({ id }) => id === recall('last')) ?? known[0] ?? null;
}
