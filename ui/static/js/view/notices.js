// @ts-check
import { html, useEffect, useState } from '../core/html.js';
import { counted } from '../core/words.js';
import { link, retryNow } from '../net/connection.js';
import { announcement, dismiss, toasts } from '../state/notices.js';
import { unsent } from '../state/outbox.js';
import { Icon } from './icon.js';

const TOAST_MS = 7_000;
// A line that is back within this time was never worth a word.
const BANNER_AFTER_MS = 700;

/** Says that the connection is lost, what that means, and when the next attempt is. */
export function ConnectionBanner() {
  const lost = link.value.state === 'offline';
  const shown = useDelayed(lost, BANNER_AFTER_MS);
  const waiting = unsent.value.length;
  return html`
    <div class="banner-place" role="status">
      ${shown && html`
        <div class="banner">
          <${Icon} name="offline" />
          <p><b>No connection.</b> ${waiting ? `${counted(waiting, 'message')} will be sent when it is back.` : 'You can read and write; messages leave when it is back.'}</p>
          <${Countdown} />
          <button type="button" class="button" onClick=${retryNow}>Retry now</button>
        </div>`}
    </div>
  `;
}

function Countdown() {
  const { retryAt } = link.value;
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  const seconds = retryAt ? Math.ceil((retryAt - now) / 1000) : 0;
  // Counted for the eye; read aloud every second it would be noise.
  return html`<span class="countdown" aria-hidden="true">${seconds > 0 ? `Next attempt in ${seconds} s` : 'Connecting…'}</span>`;
}

/** @param {boolean} is @param {number} ms */
function useDelayed(is, ms) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!is) return setShown(false);
    const timer = setTimeout(() => setShown(true), ms);
    return () => clearTimeout(timer);
  }, [is]);
  return shown;
}

export const Toasts = () => html`
  <section class="toasts" aria-label="Notices" aria-live="polite">${toasts.value.map((toast) => html`<${Toast} key=${toast.id} toast=${toast} />`)}</section>
`;

function Toast({ toast: { id, text, tone, action } }) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return undefined;
    const timer = setTimeout(() => dismiss(id), TOAST_MS);
    return () => clearTimeout(timer);
  }, [held]);
  const act = () => {
    action.run();
    dismiss(id);
  };
  return html`
    <div class="toast" data-tone=${tone} onMouseEnter=${() => setHeld(true)} onMouseLeave=${() => setHeld(false)} onFocusIn=${() => setHeld(true)} onFocusOut=${() => setHeld(false)}>
      <p>${text}</p>
      ${action && html`<button type="button" class="toast-action" onClick=${act}>${action.label}</button>`}
      <button type="button" class="icon-button" aria-label="Dismiss" onClick=${() => dismiss(id)}><${Icon} name="close" /></button>
    </div>
  `;
}

/** What a screen reader says of new messages. */
export const Announcer = () => html`<p class="visually-hidden" role="log" aria-live="polite" aria-atomic="true" data-announcer>${announcement.value}</p>`;
