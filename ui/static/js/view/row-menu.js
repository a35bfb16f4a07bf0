// @ts-check
/** What can be done with a channel of the side: by the right mouse button, a long press, or the menu key. */
import { html, signal, useLayoutEffect, useRef } from '../core/html.js';
import { ChannelActions } from './channel-actions.js';
import { arrows } from './popover.js';

/** @type {import('@preact/signals').Signal<{channel: import('../state/sorted.js').ChannelSignal, x: number, y: number, opener: HTMLElement} | null>} */
const asked = signal(null);

/** @param {MouseEvent & {currentTarget: any}} event @param {import('../state/sorted.js').ChannelSignal} channel */
export function openRowMenu(event, channel) {
  event.preventDefault();
  const { left, bottom } = event.currentTarget.getBoundingClientRect();
  // The menu key has no place of its own.
  const byMouse = event.clientX > 0 && event.button === 2;
  asked.value = { channel, x: byMouse ? event.clientX : left + 24, y: byMouse ? event.clientY : bottom, opener: event.currentTarget };
}

export const RowMenu = () => asked.value && html`<${Shown} key=${asked.value.channel.peek().id} ...${asked.value} />`;

function Shown({ channel, x, y, opener }) {
  const box = useRef(/** @type {any} */ (null));
  useLayoutEffect(() => {
    box.current.showPopover();
    const { height, width } = box.current.getBoundingClientRect();
    Object.assign(box.current.style, { left: `${Math.max(4, Math.min(x, innerWidth - width - 4))}px`, top: `${Math.max(4, Math.min(y, innerHeight - height - 4))}px` });
    box.current.querySelector('button')?.focus();
  }, []);
  const toggled = (event) => {
    if (event.newState !== 'closed') return;
    asked.value = null;
    if (document.activeElement === document.body && opener.isConnected) opener.focus();
  };
  const chosen = (event) => event.target.closest('button') && box.current.hidePopover();
  return html`
    <div class="menu" popover="auto" ref=${box} aria-label="Channel menu" onToggle=${toggled} onClick=${chosen} onKeyDown=${arrows}>
      <${ChannelActions} channel=${channel.value} />
    </div>
  `;
}
