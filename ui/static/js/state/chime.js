// @ts-check
/** The sound of a notification: once for all tabs, and never in quiet hours or where one is looking. */
import { keep, recall } from '../core/storage.js';
import { me } from '../net/session.js';
import { attentive } from './attention.js';
import { isQuiet, preferences } from './notification-preferences.js';
import { channelId } from './route.js';

const KEY = 'chimed';
const TONES = /** @type {const} */ ([[659, 0], [880, 0.11]]);
const LASTS_S = 0.35;
const LOUD = 0.08;
/** @type {AudioContext | undefined} */
let audio;

/** @param {{id: string, channel_id: string, urgent?: boolean}} notification */
export function chime({ id, channel_id, urgent = false }) {
  const held = preferences.peek()?.effective;
  if (!held?.sound || recall(KEY) === id) return;
  if (attentive.peek() && channelId.peek() === channel_id) return;
  if (!urgent && (isUndisturbed() || isQuiet(held.quiet, new Date()))) return;
  keep(KEY, id);
  play();
}

/** Lets hear how it sounds. */
export function play() {
  audio ??= new AudioContext();
  // Before the person has touched the page, the browser keeps it silent.
  if (audio.state === 'suspended') audio.resume().catch(() => undefined);
  for (const [pitch, after] of TONES) tone(audio, pitch, audio.currentTime + after);
}

/** @param {AudioContext} to @param {number} pitch @param {number} at */
function tone(to, pitch, at) {
  const source = to.createOscillator();
  const volume = to.createGain();
  source.frequency.value = pitch;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(LOUD, at + 0.015);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + LASTS_S);
  source.connect(volume).connect(to.destination);
  source.start(at);
  source.stop(at + LASTS_S);
}

/** Whether I asked not to be disturbed. */
const isUndisturbed = () => Boolean(me.peek()?.dnd_until && new Date(/** @type {any} */ (me.peek()).dnd_until).getTime() > Date.now());
