// @ts-check
/** The offer to be notified: quiet, at the top, when the person has just written something. */
import { html, useState } from '../core/html.js';
import { askLater, isTimeToAsk } from '../state/asking.js';
import { toast } from '../state/notices.js';
import { askLeave, permission } from '../state/push.js';
import { Icon } from './icon.js';

export function NotifyOffer() {
  const { busy, ask } = useAsking();
  // Its place is a row of the page, whether it is filled or not.
  if (!isTimeToAsk.value) return html`<div class="offer-place" />`;
  return html`
    <section class="offer" aria-label="Notifications">
      <${Icon} name="bell" />
      <p><b>Get told of mentions when Parlour is closed.</b> Your browser will ask you once.</p>
      <div class="offer-actions">
        <button type="button" class="button quiet" onClick=${askLater}>Not now</button>
        <button type="button" class="button primary" aria-busy=${busy || undefined} onClick=${ask}>Turn on</button>
      </div>
    </section>
  `;
}

/** Asks the browser for leave, on a click. */
export function useAsking() {
  const [busy, setBusy] = useState(false);
  const ask = async () => {
    if (busy) return;
    setBusy(true);
    const given = await askLeave();
    setBusy(false);
    if (given) toast('Notifications are on for this browser.');
    else if (permission.peek() === 'denied') toast('Your browser will not show notifications. The notification settings say how to allow them.');
    else askLater();
  };
  return { busy, ask };
}
