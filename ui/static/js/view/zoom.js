// @ts-check
/** Zooming into something, and moving it about: by wheel, mouse, fingers and keys. */
import { useEffect, useLayoutEffect, useRef, useState } from '../core/html.js';

const MOST = 8;
const STEP = 1.4;
const HERE = { scale: 1, x: 0, y: 0 };

/** @typedef {{scale: number, x: number, y: number}} View `x` and `y` in pixels, from the middle */

/**
 * @param {any} subject what is shown: another begins anew
 * @param {{current: HTMLElement | null}} box
 */
export function useZoom(subject, box) {
  const [view, setView] = useState(/** @type {View} */ (HERE));
  const pointers = useRef(/** @type {Map<number, {x: number, y: number}>} */ (new Map()));
  // At once: later, it would take back how one zooms into the next by then.
  useLayoutEffect(() => setView(HERE), [subject]);
  /** @param {number} by @param {{x: number, y: number}} [at] the point that stays, from the middle */
  const zoom = (by, at = { x: 0, y: 0 }) => setView((old) => zoomed(old, by, at));
  const middle = (event) => {
    const { left, top, width, height } = /** @type {HTMLElement} */ (box.current).getBoundingClientRect();
    return { x: event.clientX - left - width / 2, y: event.clientY - top - height / 2 };
  };
  const onWheel = (event) => {
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 300), middle(event));
  };
  useEffect(() => {
    // Listened to directly: a wheel that is heard passively cannot be kept from scrolling the page.
    box.current?.addEventListener('wheel', onWheel, { passive: false });
    return () => box.current?.removeEventListener('wheel', onWheel);
  }, []);
  const onPointerDown = (event) => {
    if (event.target.closest('button, video')) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
  };
  const onPointerMove = (event) => {
    const before = pointers.current.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
    pointers.current.set(event.pointerId, now);
    if (other) zoom(distance(now, other) / distance(before, other), middle(event));
    else setView((old) => (old.scale > 1 ? { ...old, x: old.x + now.x - before.x, y: old.y + now.y - before.y } : old));
  };
  const onPointerUp = (event) => void pointers.current.delete(event.pointerId);
  const onDblClick = (event) => (view.scale > 1 ? setView(HERE) : zoom(2.5, middle(event)));
  return {
    view,
    larger: () => zoom(STEP),
    smaller: () => zoom(1 / STEP),
    whole: () => setView(HERE),
    handlers: { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: onPointerUp, onDblClick },
  };
}

/** @param {View} old @param {number} by @param {{x: number, y: number}} at @returns {View} */
function zoomed({ scale, x, y }, by, at) {
  const next = Math.max(1, Math.min(MOST, scale * by));
  if (next === 1) return HERE;
  const grown = next / scale;
  return { scale: next, x: at.x - (at.x - x) * grown, y: at.y - (at.y - y) * grown };
}

/** @param {{x: number, y: number}} a @param {{x: number, y: number}} b */
const distance = (a, b) => Math.max(1, Math.hypot(a.x - b.x, a.y - b.y));
