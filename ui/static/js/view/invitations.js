// @ts-check
/** Invitations one by one: whom, by whom, what became of each; sent again, or ended. */
import { html } from '../core/html.js';
import { exactTime, longDate } from '../core/dates.js';
import { agoWords } from '../core/spans.js';
import { useChosen } from '../dialogs/listing.js';
import { InTemporal } from '../dialogs/why.js';
import { resend, revoke } from '../state/invitations.js';
import { toast, toastProblem } from '../state/notices.js';
import { nameOf } from '../state/store.js';
import { Icon } from './icon.js';

/** Each state's picture and word. @type {Record<string, [string, string]>} */
export const STATES = {
  active: ['link', 'Open'],
  queued: ['clock', 'Queued'],
  sent: ['send', 'Sent'],
  resent: ['send', 'Sent again'],
  bounced: ['alert', 'Came back'],
  opened: ['message', 'Opened'],
  accepted: ['check', 'Accepted'],
  used_up: ['checks', 'Used up'],
  expired: ['clock', 'Expired'],
  revoked: ['close', 'Revoked'],
};
const TONES = { bounced: 'bad', accepted: 'fine', expired: 'over', revoked: 'over', used_up: 'over' };
const AGAIN = ['sent', 'resent', 'bounced', 'opened', 'expired'];
const ENDED = ['accepted', 'used_up', 'expired', 'revoked'];

/** @typedef {import('../state/invitations.js').Invitation} Invitation */

/** @param {{items: Invitation[], load: () => void, none: string}} props */
export function InvitationRows({ items, load, none }) {
  if (!items.length) return html`<p class="operations-none"><${Icon} name="addPerson" />${none}</p>`;
  return html`<ul class="invitations" aria-label="Invitations">${items.map((item) => html`<li key=${item.id}><${Row} item=${item} load=${load} /></li>`)}</ul>`;
}

/** @param {{item: Invitation, load: () => void}} props */
function Row({ item, load }) {
  const [icon, label] = STATES[item.state] ?? STATES.sent;
  const again = useChosen(() => resend(item.id).then(() => (toast('The mail is on its way again.'), load())), toastProblem);
  const end = useChosen(() => revoke(item.id).then(load), toastProblem);
  const what = item.email ?? 'A link';
  return html`
    <article class="invitation" data-tone=${TONES[item.state]} aria-label=${what}>
      <${Icon} name=${item.kind === 'link' ? 'link' : 'at'} />
      <div class="invitation-words">
        <h3>${what}</h3>
        <p class="invitation-state"><b><${Icon} name=${icon} />${label}</b>${saidOf(item) && html` <span>${saidOf(item)}</span>`}</p>
        <p class="kept-facts">By ${nameOf(item.invited_by)}, <time datetime=${item.created_at} title=${exactTime(item.created_at)}>${agoWords(item.created_at)}</time> · as ${item.role}${item.workflow && html` · <${InTemporal} workflow=${item.workflow} of=${what} />`}</p>
      </div>
      <div class="invitation-actions">
        ${item.kind === 'email' && AGAIN.includes(item.state) && html`<button type="button" class="button" disabled=${again.busy} aria-busy=${again.busy ? 'true' : undefined} aria-label=${`Send again to ${what}`} onClick=${again.choose}><${Icon} name="retry" />Send again</button>`}
        ${!ENDED.includes(item.state) && html`<button type="button" class="button" disabled=${end.busy} aria-busy=${end.busy ? 'true' : undefined} aria-label=${`Revoke ${what}`} onClick=${end.choose}>Revoke</button>`}
      </div>
    </article>
  `;
}

/** @param {Invitation} item */
function saidOf(item) {
  if (item.state === 'accepted' && item.accepted_by) return `by ${nameOf(item.accepted_by)}`;
  if (item.kind === 'link') {
    const uses = item.max_uses ? `${item.uses ?? 0} of ${item.max_uses} joined` : `${item.uses ?? 0} joined`;
    return [uses, item.domains?.length ? `for ${item.domains.join(', ')}` : '', item.state === 'active' ? `until ${longDate(item.expires_at)}` : ''].filter(Boolean).join(' · ');
  }
  if (ENDED.includes(item.state) || item.state === 'bounced' || item.state === 'queued') return item.words ?? '';
  return `until ${longDate(item.expires_at)}`;
}
