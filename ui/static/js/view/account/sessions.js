// @ts-check
/** Where I am signed in, and ending that. */
import { html, useEffect, useState } from '../../core/html.js';
import { exactTime } from '../../core/dates.js';
import { agoWords } from '../../core/spans.js';
import { counted } from '../../core/words.js';
import { Failed, useChosen, Waiting } from '../../dialogs/listing.js';
import { endOtherSessions, endSession, mySessions } from '../../state/account.js';
import { toast, toastProblem } from '../../state/notices.js';
import { Icon } from '../icon.js';

/** @typedef {import('../../state/account.js').OwnSession} OwnSession */

const PHONE = /iOS|Android|iPhone|iPad|Mobile/;

export function SessionsSection() {
  const [items, setItems] = useState(/** @type {OwnSession[] | null} */ (null));
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const load = () => (setProblem(null), mySessions().then(setItems, setProblem));
  useEffect(() => void load(), []);
  const others = (items ?? []).filter(({ current }) => !current);
  const end = useChosen(async () => {
    toast(`${counted(await endOtherSessions(), 'session')} ended.`);
    await load();
  }, toastProblem);
  if (problem && !items) return html`<${Failed} problem=${problem} onRetry=${load} />`;
  if (!items) return html`<${Waiting} />`;
  return html`
    <section class="account-part" aria-label="Sessions">
      <p class="account-words">If you do not know one of them, end it, and change your password.</p>
      <ul class="account-list" aria-label="Sessions">${items.map((item) => html`<li key=${item.id}><${Session} session=${item} changed=${load} /></li>`)}</ul>
      ${others.length > 0
        ? html`<div><button type="button" class="button" aria-busy=${end.busy ? 'true' : undefined} disabled=${end.busy} onClick=${end.choose}><${Icon} name="leave" />End all other sessions</button></div>`
        : html`<p class="account-words">You are signed in nowhere else.</p>`}
    </section>
  `;
}

/** @param {{session: OwnSession, changed: () => void}} props */
function Session({ session: { id, device, address, created_at: since, last_used_at: used, current }, changed }) {
  const { busy, choose } = useChosen(async () => {
    await endSession(id);
    toast(`The session of ${device} ended.`);
    changed();
  }, toastProblem);
  return html`
    <article class="account-fact" data-tone=${current ? 'fine' : 'plain'} aria-label=${device}>
      <${Icon} name=${PHONE.test(device) ? 'phone' : 'browser'} />
      <div>
        <b>${device}</b>${current && html` <span class="account-here">This one</span>`}
        <p>
          ${current ? 'In use now' : used && html`Last used <time datetime=${used} title=${exactTime(used)}>${agoWords(used)}</time>`}${address && ` · ${address}`}
          ${since && html`<br />Signed in <time datetime=${since} title=${exactTime(since)}>${agoWords(since)}</time>`}
        </p>
      </div>
      ${!current && html`<button type="button" class="button" aria-label=${`End the session of ${device}`} aria-busy=${busy ? 'true' : undefined} disabled=${busy} onClick=${choose}>End</button>`}
    </article>
  `;
}
