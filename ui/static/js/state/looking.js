// @ts-check
/** What the person has before their eyes, for other tabs and the worker to see: what is looked at needs no notification. */
import { computed, effect } from '@preact/signals-core';
import { hold, isHeld } from '../core/locks.js';
import { attentive } from './attention.js';
import { channelId } from './route.js';
import { openThread } from './threads.js';

const WINDOW = 'window';

/** The conversations on screen while the person looks at this window: a channel, and a thread by its root. */
const names = computed(() => (attentive.value ? [WINDOW, channelId.value, openThread.value?.rootId].filter(Boolean).join(' ') : ''));

/** Tells from now on. Call once. */
export function watchLooking() {
  effect(() => {
    const held = names.value.split(' ').filter(Boolean).map((name) => hold(`looking.${name}`));
    return () => held.forEach((release) => release());
  });
}

/** Whether the person looks at any window. */
export const isPresent = () => isHeld(`looking.${WINDOW}`);
