// @ts-check
/** The channels of the workspace on screen, in the order the side lists them. */
import { LOCALE } from '../core/locale.js';
import { computed } from '@preact/signals-core';
import { channelId, workspace } from './route.js';
import { channels, titleOf } from './store.js';

/** @typedef {import('@preact/signals-core').Signal<import('./store.js').Channel>} ChannelSignal */

const inOrder = new Intl.Collator(LOCALE, { numeric: true });

/** What a channel's place in the side depends on: the same text as long as a message changes nothing of it. */
const shapes = new WeakMap();

/** @param {ChannelSignal} known @returns {string} */
function shapeOf(known) {
  const shape = shapes.get(known) ?? computed(() => {
    const { kind, archived, starred, section_id, workspace_id } = known.value;
    return JSON.stringify([titleOf(known.value), kind, archived, starred, section_id, workspace_id]);
  });
  shapes.set(known, shape);
  return shape.value;
}

/** Archived ones only while they are looked at: browsing finds them. @type {import('@preact/signals-core').ReadonlySignal<ChannelSignal[]>} */
export const channelsHere = computed(() => {
  const id = workspace.value?.id;
  const all = [...channels.value.values()].filter((known) => shapeOf(known) && known.peek().workspace_id === id);
  const shown = all.filter((known) => !known.peek().archived || known.peek().id === channelId.value);
  const titles = new Map(shown.map((known) => [known, titleOf(known.peek())]));
  return shown.sort((a, b) => inOrder.compare(titles.get(a) ?? '', titles.get(b) ?? ''));
});
