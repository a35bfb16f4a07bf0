// @ts-check
/** Pictures of files. Their place is kept before they load; those that move stand still for who wants it. */
import { html, useEffect, useRef, useState } from '../core/html.js';
import { Icon } from './icon.js';
import { useLatched } from './latched.js';

const still = matchMedia('(prefers-reduced-motion: reduce)');

/** @typedef {import('../state/files.js').File} File */

/** @param {File} file @param {string} name */
export const previewOf = ({ previews = [] }, name) => previews.find((one) => one.name === name);

/**
 * How large something is shown that fits into a frame, never larger than it is, in pixels.
 * @param {{width?: number, height?: number} | undefined} size @param {number} most @param {number} [tall]
 */
export function fitted(size, most, tall = most) {
  const { width = 0, height = 0 } = size ?? {};
  if (!width || !height) return { width: most, height: Math.round(most * 0.6) };
  const scale = Math.min(1, most / width, tall / height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** A picture that takes its place before it is there. @param {{file: File, url?: string, width: number, height: number, alt: string, moves?: boolean}} props */
export function Picture({ file, url, width, height, alt, moves = false }) {
  const { src, onError, failed } = useLatched(file.id, url);
  if (failed || !src) return html`<span class="picture-failed" role="img" aria-label=${alt}><${Icon} name="image" /></span>`;
  if (moves) return html`<${Moving} src=${src} width=${width} height=${height} alt=${alt} onError=${onError} />`;
  return html`<img class="picture" src=${src} width=${width} height=${height} alt=${alt} loading="lazy" decoding="async" draggable=${false} onError=${onError} />`;
}

/** A picture that moves, and stands still when one wants. */
function Moving({ src, width, height, alt, onError }) {
  const [stands, setStands] = useState(still.matches);
  const [loaded, setLoaded] = useState(false);
  const image = useRef(/** @type {any} */ (null));
  const canvas = useRef(/** @type {any} */ (null));
  useEffect(() => void (stands && loaded && draw(canvas.current, image.current)), [stands, loaded]);
  const toggle = (event) => {
    event.stopPropagation();
    setStands(!stands);
  };
  return html`
    <img class="picture" src=${src} ref=${image} width=${width} height=${height} alt=${alt} draggable=${false} data-hidden=${stands || undefined} onLoad=${() => setLoaded(true)} onError=${onError} />
    <canvas class="picture-still" ref=${canvas} hidden=${!stands} aria-hidden="true" />
    <button type="button" class="picture-motion" aria-label=${stands ? `Play ${alt}` : `Stop ${alt}`} title=${stands ? 'Play' : 'Stop'} onClick=${toggle}><${Icon} name=${stands ? 'play' : 'pause'} /></button>
  `;
}

/** @param {HTMLCanvasElement} canvas @param {HTMLImageElement} image */
function draw(canvas, image) {
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  canvas.getContext('2d')?.drawImage(image, 0, 0);
}
