// @ts-check
/** One dialog at a time, over everything. The browser keeps the focus inside, closes on Escape and gives the focus back. */
import { html, signal, useId, useLayoutEffect, useRef } from '../core/html.js';
import { Icon } from '../view/icon.js';

/** @type {import('@preact/signals').Signal<{kind: string, [fact: string]: any} | null>} */
export const dialog = signal(null);

/** @param {string} kind @param {Record<string, any>} [facts] */
export const openDialog = (kind, facts = {}) => (dialog.value = { kind, ...facts });
export const closeDialog = () => (dialog.value = null);

/** @param {{title: string, class?: string, lead?: any, children: any, bare?: boolean}} props */
export function Dialog({ title, class: kind = '', lead = null, children, bare = false }) {
  const box = useRef(/** @type {any} */ (null));
  const id = `dialog-${useId()}`;
  // Before the next key arrives: what is typed right after the shortcut belongs to the dialog.
  useLayoutEffect(() => {
    const opener = document.activeElement;
    box.current.showModal();
    return () => opener instanceof HTMLElement && opener.isConnected && opener.focus();
  }, []);
  const outside = (event) => event.target === box.current && closeDialog();
  return html`
    <dialog class="dialog ${kind}" ref=${box} aria-labelledby=${id} onClose=${closeDialog} onMouseDown=${outside}>
      <div class="dialog-body">
        <header class=${bare ? 'visually-hidden' : 'dialog-head'}>
          <div><h2 id=${id}>${title}</h2>${lead && html`<p>${lead}</p>`}</div>
          ${!bare && html`<button type="button" class="icon-button" aria-label="Close" onClick=${closeDialog}><${Icon} name="close" /></button>`}
        </header>
        ${children}
      </div>
    </dialog>
  `;
}
