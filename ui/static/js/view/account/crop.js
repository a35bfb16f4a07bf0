// @ts-check
/** Cutting a picture square: dragged and zoomed with a mouse, a finger or the keys, within a frame that shows what will be seen. */
import { html, useEffect, useRef, useState } from '../../core/html.js';

/** The side of what is sent, in pixels. */
const SIDE = 512;
const FRAME = 256;
const STEP = 8;
const MOVES = { ArrowLeft: [STEP, 0], ArrowRight: [-STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] };

/** @param {{file: File, busy: boolean, onCut: (picture: Blob) => void, onCancel: () => void, onFault: () => void}} props */
export function Crop({ file, busy, onCut, onCancel, onFault }) {
  const canvas = useRef(/** @type {any} */ (null));
  const [picture, setPicture] = useState(/** @type {ImageBitmap | null} */ (null));
  const [zoom, setZoom] = useState(1);
  const [at, setAt] = useState({ x: 0, y: 0 });
  useEffect(() => {
    createImageBitmap(file).then(setPicture, onFault);
  }, [file]);
  useEffect(() => void (picture && draw(canvas.current, picture, zoom, at)), [picture, zoom, at]);
  const move = (x, y, scale = zoom) => picture && setAt((old) => within(picture, scale, { x: old.x + x, y: old.y + y }));
  const onKeyDown = (event) => {
    const by = MOVES[event.key];
    if (!by) return;
    event.preventDefault();
    move(by[0], by[1]);
  };
  const onPointerMove = (event) => event.buttons === 1 && move(event.movementX, event.movementY);
  const onZoom = (event) => {
    const scale = Number(event.currentTarget.value);
    setZoom(scale);
    move(0, 0, scale);
  };
  return html`
    <div class="crop" role="group" aria-label="Cut your picture">
      <canvas class="crop-frame" ref=${canvas} width=${SIDE} height=${SIDE} tabindex="0" role="img" aria-label="Your picture. Move it with the arrow keys." onKeyDown=${onKeyDown}
        onPointerDown=${(event) => event.currentTarget.setPointerCapture(event.pointerId)} onPointerMove=${onPointerMove} />
      <label class="crop-zoom">Zoom<input type="range" min="1" max="4" step="0.05" value=${zoom} onInput=${onZoom} /></label>
      <div class="form-actions">
        <button type="button" class="button" onClick=${onCancel}>Cancel</button>
        <button type="button" class="button primary" disabled=${busy || !picture} aria-busy=${busy ? 'true' : undefined} onClick=${() => canvas.current.toBlob(onCut, 'image/webp', 0.9)}>Use this picture</button>
      </div>
    </div>
  `;
}

/** How much of a picture's pixels is one of the frame's. @param {ImageBitmap} picture @param {number} zoom */
const scaleOf = ({ width, height }, zoom) => (FRAME / Math.min(width, height)) * zoom;

/** Keeps the frame filled. @param {ImageBitmap} picture @param {number} zoom @param {{x: number, y: number}} at */
function within(picture, zoom, { x, y }) {
  const scale = scaleOf(picture, zoom);
  const most = (length) => Math.max(0, (length * scale - FRAME) / 2);
  const kept = (by, edge) => Math.max(-edge, Math.min(edge, by));
  return { x: kept(x, most(picture.width)), y: kept(y, most(picture.height)) };
}

/** @param {HTMLCanvasElement} canvas @param {ImageBitmap} picture @param {number} zoom @param {{x: number, y: number}} at */
function draw(canvas, picture, zoom, at) {
  const context = canvas.getContext('2d');
  if (!context) return;
  const dense = SIDE / FRAME;
  const scale = scaleOf(picture, zoom) * dense;
  const [width, height] = [picture.width * scale, picture.height * scale];
  context.clearRect(0, 0, SIDE, SIDE);
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, (SIDE - width) / 2 + at.x * dense, (SIDE - height) / 2 + at.y * dense, width, height);
}
