// @ts-check
/** Whether the person is active at this device: input within a while, on a page that can be seen. */
import { effect } from '@preact/signals-core';
import { link, on, request } from '../net/connection.js';

const SIGNS = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'focus'];
let patienceMs = 5 * 60_000;
/** What the server takes a device for that has said nothing. */
let said = 'active';
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let stirredAt = Date.now();

/** Says when the person goes and comes back. Call once. */
export function watchActivity() {
  on('ready', ({ away_after }) => (patienceMs = (away_after ?? 300) * 1000));
  for (const sign of SIGNS) addEventListener(sign, stir, { passive: true });
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && stir());
  effect(() => {
    if (link.value.state !== 'online') return;
    said = 'active';
    look();
  });
}

function stir() {
  stirredAt = Date.now();
  if (said === 'away') look();
}

/** Compares what is said with what is so, and looks again when that may differ. */
function look() {
  clearTimeout(timer);
  const left = stirredAt + patienceMs - Date.now();
  say(left > 0 ? 'active' : 'away');
  if (left > 0) timer = setTimeout(look, left + 50);
}

/** @param {'active' | 'away'} state */
function say(state) {
  if (state === said || link.peek().state !== 'online') return;
  said = state;
  request('presence.set', { state }).catch(() => undefined);
}
