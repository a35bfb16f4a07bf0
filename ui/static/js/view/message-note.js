// @ts-check
/** A line above what is said, where a message did not come as messages usually do. */
import { html } from '../core/html.js';
import { exactTime } from '../core/dates.js';
import { whenOf } from '../core/times.js';
import { nameOf } from '../state/store.js';
import { Icon } from './icon.js';

const NOTED = ['reminder', 'approval', 'command'];

/** @param {{entry: any}} props */
export function MessageNote({ entry: { via, late_for: lateFor, urgent, user_id: caller, thread_root_id: root, approval } }) {
  const kind = NOTED.includes(via) ? via : '';
  if (!kind && !lateFor && !urgent) return null;
  return html`
    <p class="message-note">
      ${urgent && html`<span class="message-urgent"><${Icon} name="alert" />Urgent</span>`}
      ${via === 'reminder' && html`<${Icon} name="bell" />Reminder`}
      ${via === 'approval' && html`<${Icon} name="tasks" />${root && !approval ? 'About the approval' : 'Asks for approval'}`}
      ${via === 'command' && html`<${Icon} name="keyboard" />${caller ? `Answers ${nameOf(caller)}` : 'Answers a command'}`}
      ${lateFor && html`<span title=${exactTime(lateFor)}>${via === 'reminder' ? '· ' : html`<${Icon} name="clock" /> `}Late: it was to be sent ${whenOf(lateFor)}</span>`}
    </p>
  `;
}
