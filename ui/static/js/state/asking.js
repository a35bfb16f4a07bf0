// @ts-check
/**
 * Whether to offer notifications: after the person has written something, never before; not again for a while after
 * "Not now", longer each time, and never once they refused.
 */
import { computed, signal } from '@preact/signals-core';
import { keep, recall } from '../core/storage.js';
import { permission } from './push.js';

const KEY = 'asked';
const DAY_MS = 86_400_000;
const WAIT_DAYS = [7, 30, 90];

/** @type {import('@preact/signals-core').Signal<{times: number, until: number}>} how often it was put off, and until when */
const putOff = signal(recall(KEY) ?? { times: 0, until: 0 });
const wrote = signal(false);

/** Whether this is the moment. */
export const isTimeToAsk = computed(() => wrote.value && permission.value === 'default' && putOff.value.until < Date.now());

/** The person has sent a message. */
export const hasWritten = () => void (wrote.value = true);

/** Not now: asked again after a while. */
export function askLater() {
  const { times } = putOff.peek();
  const days = WAIT_DAYS[Math.min(times, WAIT_DAYS.length - 1)];
  putOff.value = { times: times + 1, until: Date.now() + days * DAY_MS };
  keep(KEY, putOff.peek());
}
