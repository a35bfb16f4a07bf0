// @ts-check
/** How this browser's person likes to write. */
import { effect, signal } from '@preact/signals-core';
import { keep, recall } from '../core/storage.js';

const KEY = 'writing';
// On a phone's keyboard Return makes a line, and the button sends.
const touch = matchMedia('(hover: none) and (pointer: coarse)').matches;
const known = recall(KEY) ?? {};

/** Whether the formatting buttons are shown. */
export const showsTools = signal(known.tools ?? !touch);
/** Whether Enter sends; else it makes a new line, and Ctrl+Enter sends. */
export const enterSends = signal(known.enterSends ?? !touch);

effect(() => keep(KEY, { tools: showsTools.value, enterSends: enterSends.value }));
