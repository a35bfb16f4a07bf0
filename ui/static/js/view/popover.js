// @ts-check
import { html, useId, useRef } from '../core/html.js';

const GAP_PX = 4;

/**
 * A button that opens a short list of things to do. The browser closes it on Escape, on a click elsewhere, and
 * gives the focus back.
 * @param {{label: string, class?: string, button: any, place: string, children: any}} props
 */
export function Menu({ label, class: buttonClass = '', button, place, children }) {
  const id = `menu-${useId()}`;
  const opener = useRef(/** @type {any} */ (null));
  const box = useRef(/** @type {any} */ (null));
  const close = (event) => event.target.closest('button, a') && box.current.hidePopover();
  return html`
    <button type="button" class=${buttonClass} ref=${opener} popovertarget=${id} aria-label=${label} aria-haspopup="true">${button}</button>
    <div class="menu" id=${id} popover="auto" ref=${box} onClick=${close} onKeyDown=${arrows}
      onBeforeToggle=${() => put(box.current, opener.current, place)} onToggle=${(event) => opened(event, opener.current)}>${children}</div>
  `;
}

/** Puts a menu at its button. @param {HTMLElement} box @param {HTMLElement} opener @param {string} place */
function put(box, opener, place) {
  const { top, bottom, left, right } = opener.getBoundingClientRect();
  Object.assign(box.style, place.includes('above') ? { bottom: `${innerHeight - top + GAP_PX}px` } : { bottom: 'auto', top: `${bottom + GAP_PX}px` });
  Object.assign(box.style, place.includes('end') ? { right: `${innerWidth - right}px` } : { left: `${left}px` });
}

/** @param {{icon: any, children: any, onClick: () => void, danger?: boolean}} props */
export const MenuItem = ({ icon, children, onClick, danger = false }) =>
  html`<button type="button" class="menu-item" data-danger=${danger || undefined} onClick=${onClick}>${icon}<span>${children}</span></button>`;

/** @param {any} event @param {HTMLElement} opener */
function opened({ newState, currentTarget: box }, opener) {
  if (newState !== 'open') return;
  keepInView(box, opener);
  box.querySelector('button, a')?.focus({ preventScroll: true });
}

/** Moves a menu for which there is no room below to above its button, or as far up as it takes. @param {HTMLElement} box @param {HTMLElement} opener */
function keepInView(box, opener) {
  const { height, bottom, left } = box.getBoundingClientRect();
  if (left < 0) Object.assign(box.style, { left: `${GAP_PX}px`, right: 'auto' });
  if (bottom <= innerHeight - GAP_PX) return;
  const above = opener.getBoundingClientRect().top - GAP_PX - height;
  Object.assign(box.style, { bottom: 'auto', top: `${above >= 0 ? above : Math.max(GAP_PX, innerHeight - height - GAP_PX)}px` });
}

/** Up and down move between the items of a menu. @param {KeyboardEvent & {currentTarget: HTMLElement}} event */
export function arrows(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const items = [...event.currentTarget.querySelectorAll('button, a')];
  const at = items.indexOf(/** @type {any} */ (document.activeElement));
  /** @type {HTMLElement} */ (items.at((at + step) % items.length)).focus();
}
