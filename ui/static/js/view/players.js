// @ts-check
/** Video and sound of files, with seeking. */
import { html, useRef, useState } from '../core/html.js';
import { lengthWords } from '../core/sizes.js';
import { Icon } from './icon.js';
import { useLatched } from './latched.js';
import { fitted, previewOf } from './picture.js';

/** @typedef {import('../state/files.js').File} File */

const BARS = 64;
const STEP_S = 5;

/** @param {{file: File, most: number, tall?: number, autoplay?: boolean}} props */
export function Video({ file, most, tall = most, autoplay = false }) {
  const { src, onError, failed } = useLatched(file.id, file.url);
  const { src: poster } = useLatched(file.id, previewOf(file, 'poster')?.url);
  const { width, height } = fitted(file.media, most, tall);
  if (failed) return html`<p class="player-failed">This browser cannot play ${file.name}. Download it to watch it.</p>`;
  return html`<video class="player-video" controls playsinline preload=${poster ? 'none' : 'metadata'} src=${src} poster=${poster} width=${width} height=${height} autoplay=${autoplay} aria-label=${file.name} onError=${onError} />`;
}

/** @param {{file: File}} props */
export function Sound({ file }) {
  const { src, onError, failed } = useLatched(file.id, file.url);
  const audio = useRef(/** @type {any} */ (null));
  const [plays, setPlays] = useState(false);
  const [at, setAt] = useState(0);
  const [told, setTold] = useState(0);
  const length = told || (file.media?.seconds ?? 0);
  const seek = (seconds) => {
    audio.current.currentTime = seconds;
    setAt(seconds);
  };
  const toggle = () => (audio.current.paused ? audio.current.play().catch(onError) : audio.current.pause());
  if (failed) return html`<p class="player-failed">This browser cannot play ${file.name}. Download it to hear it.</p>`;
  return html`
    <div class="player-sound">
      <audio ref=${audio} src=${src} preload="none" onPlay=${() => setPlays(true)} onPause=${() => setPlays(false)} onEnded=${() => setPlays(false)} onError=${onError}
        onTimeUpdate=${() => setAt(audio.current.currentTime)} onLoadedMetadata=${() => Number.isFinite(audio.current.duration) && setTold(audio.current.duration)} />
      <button type="button" class="player-button" aria-label=${`${plays ? 'Pause' : 'Play'} ${file.name}`} onClick=${toggle}><${Icon} name=${plays ? 'pause' : 'play'} /></button>
      <div class="player-wave">
        <${Wave} heights=${file.media?.waveform ?? []} share=${length ? at / length : 0} />
        <input type="range" min="0" max=${length || 1} step="any" value=${at} aria-label=${`Position in ${file.name}`} aria-valuetext=${`${lengthWords(at)} of ${lengthWords(length)}`}
          onInput=${(event) => seek(Number(event.currentTarget.value))} onKeyDown=${(event) => stepped(event, at, length, seek)} />
      </div>
      <span class="player-time">${lengthWords(at || length)}</span>
    </div>
  `;
}

/** Arrows go some seconds: a step of any size would not be felt. @param {KeyboardEvent} event @param {number} at @param {number} length @param {(seconds: number) => void} seek */
function stepped(event, at, length, seek) {
  const by = { ArrowRight: STEP_S, ArrowUp: STEP_S, ArrowLeft: -STEP_S, ArrowDown: -STEP_S }[event.key];
  if (!by) return;
  event.preventDefault();
  event.stopPropagation();
  seek(Math.max(0, Math.min(length, at + by)));
}

/** How loud it is over its length, and how far it was played. @param {{heights: number[], share: number}} props */
function Wave({ heights, share }) {
  const bars = heights.length ? reduced(heights) : new Array(BARS).fill(8);
  const played = Math.round(share * bars.length);
  const drawn = (from, to) => bars.slice(from, to).map((height, at) => `M${from + at + 0.5} ${50 - Math.max(3, height / 2)}V${50 + Math.max(3, height / 2)}`).join('');
  return html`
    <svg class="wave" viewBox="0 0 ${bars.length} 100" preserveAspectRatio="none" aria-hidden="true">
      <path class="wave-rest" d=${drawn(played, bars.length)} /><path class="wave-played" d=${drawn(0, played)} />
    </svg>
  `;
}

/** @param {number[]} heights */
const reduced = (heights) => (heights.length <= BARS ? heights : Array.from({ length: BARS }, (_, at) => Math.max(...heights.slice(Math.floor((at * heights.length) / BARS), Math.ceil(((at + 1) * heights.length) / BARS)))));
