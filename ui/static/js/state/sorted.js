// @ts-check
/** The channels of the workspace on screen, in the order the side lists them. */
import { computed } from '@preact/signals-core';
import { openChannel, channelId, workspace } from './route.js';
import { channels, titleOf, unreadOf } from './store.js';

/** @typedef {import('@preact/signals-core').Signal<import('./store.js').Channel>} ChannelSignal */

/** @type {import('@preact/signals-core').ReadonlySignal<ChannelSignal[]>} */
export const channelsHere = computed(() => {
  const id = workspace.value?.id;
  return [...channels.value.values()].filter((known) => known.peek().workspace_id === id).sort(byTitle);
});

/** @type {import('@preact/signals-core').ReadonlySignal<ChannelSignal[]>} */
export const rooms = computed(() => channelsHere.value.filter((known) => known.peek().kind !== 'direct'));

/** @type {import('@preact/signals-core').ReadonlySignal<ChannelSignal[]>} */
export const directs = computed(() => channelsHere.value.filter((known) => known.peek().kind === 'direct'));

/** @param {ChannelSignal} a @param {ChannelSignal} b */
const byTitle = (a, b) => titleOf(a.peek()).localeCompare(titleOf(b.peek()), undefined, { numeric: true });

/** Opens the channel `step` places further in the list. @param {1 | -1} step @param {{unread: boolean}} only */
export function stepChannel(step, { unread }) {
  const ids = [...rooms.peek(), ...directs.peek()]
    .map((known) => known.peek())
    .filter((channel) => !unread || unreadOf(channel) || channel.id === channelId.peek())
    .map((channel) => channel.id);
  if (!ids.length) return;
  const at = ids.indexOf(channelId.peek() ?? '');
  openChannel(ids[(at + step + ids.length) % ids.length]);
}
