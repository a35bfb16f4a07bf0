// @ts-check
/** A line above what is said, where a message did not come as messages usually do. */
import { html } from '../core/html.js';
import { exactTime } from '../core/dates.js';
import { whenOf } from '../core/times.js';
import { Icon } from './icon.js';

/** @param {{entry: any}} props */
export function MessageNote({ entry: { via, late_for: lateFor, urgent } }) {
  if (!via && !lateFor && !urgent) return null;
  return html`
    <p class="message-note">
      ${urgent && html`<span class="message-urgent"><${Icon} name="alert" />Urgent</span>`}
      ${via === 'reminder' && html`<${Icon} name="bell" />Reminder`}
      ${lateFor && html`<span title=${exactTime(lateFor)}>${via === 'reminder' ? '· ' : html`<${Icon} name="clock" /> `}Late: it was to be sent ${whenOf(lateFor)}</span>`}
    </p>
  `;
}
