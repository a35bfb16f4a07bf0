// @ts-check
/** Which emoji a person likes: those used last, and the colour of skin. Kept in this browser. */
import { signal } from '@preact/signals-core';
import { keep, recall } from '../core/storage.js';

const KEPT = 27;
const FIRST = ['👍', '❤️', '😂', '🎉', '👀', '🙏', '✅', '😊', '🔥'];

/** @type {import('@preact/signals-core').Signal<string[]>} the last first */
export const recentEmoji = signal(recall('emoji.recent') ?? FIRST);
/** @type {import('@preact/signals-core').Signal<number>} 0: none, 1 to 5 from light to dark */
export const skinTone = signal(recall('emoji.skin') ?? 0);

/** Remembers that an emoji was used. @param {string} emoji */
export function noteUse(emoji) {
  recentEmoji.value = [emoji, ...recentEmoji.peek().filter((known) => known !== emoji)].slice(0, KEPT);
  keep('emoji.recent', recentEmoji.value);
}

/** @param {number} tone */
export function setSkinTone(tone) {
  skinTone.value = tone;
  keep('emoji.skin', tone);
}

/** An emoji in the chosen colour, if it has colours. @param {import('./emoji.js').Emoji} emoji */
export const toned = (emoji) => emoji.skins[skinTone.value - 1] ?? emoji.character;
