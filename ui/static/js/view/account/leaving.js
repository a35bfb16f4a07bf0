// @ts-check
/** Leaving: an account is deactivated, and can be taken up again; or it is erased, and cannot. */
import { html, useState } from '../../core/html.js';
import { longDate } from '../../core/dates.js';
import { Failed, Waiting } from '../../dialogs/listing.js';
import { me } from '../../net/session.js';
import { deactivate, erase } from '../../state/profile.js';
import { myGuard } from '../../state/second-factor.js';
import { useLoaded } from '../loaded.js';
import { ProofForm } from './proof.js';

/** @typedef {import('../../state/second-factor.js').Guard} Guard @typedef {import('../../state/second-factor.js').Proof} Proof */

export function LeavingSection() {
  const { found: guard, problem, load } = useLoaded(myGuard);
  const [gone, setGone] = useState('');
  if (gone) return html`<div class="empty" role="status"><h2>${gone}</h2><p>Look into the mails of ${me.value?.email}: the link there takes it back.</p><p><a class="button primary" href="/">Close</a></p></div>`;
  if (problem && !guard) return html`<${Failed} problem=${problem} onRetry=${load} />`;
  if (!guard) return html`<${Waiting} />`;
  return html`
    <section class="account-part" aria-label="Deactivate"><h2>Deactivate your account</h2>
      <p class="account-words">You are signed out everywhere, your tokens end, and what you scheduled is not sent. Nobody can write to you or mention you; what you wrote stays, with your name. A mail brings a link by which you come back, into all your channels.</p>
      <${Asked} guard=${guard} words="Deactivate my account…" verb="Deactivate my account" onDone=${async (given) => {
        await deactivate(given);
        setGone('Your account is deactivated');
      }} />
    </section>
    <section class="account-part" aria-label="Erase"><h2>Erase your account</h2>
      <p class="account-words">Your profile, your sessions, drafts, reminders, notifications and files that nobody shares are erased for good; a report tells what was kept, and why. Until the day that a mail tells you, your account is deactivated, and the link of that mail takes it back.</p>
      <${Asked} guard=${guard} words="Erase my account…" verb="Erase my account" choice=${true} onDone=${async (given) => {
        const { begins_at: at } = await erase(given);
        setGone(`Your account will be erased on ${longDate(at)}`);
      }} />
    </section>
  `;
}

/** @param {{guard: Guard, words: string, verb: string, choice?: boolean, onDone: (given: Proof & Record<string, string>) => Promise<void>}} props */
function Asked({ guard, words, verb, choice = false, onDone }) {
  const [open, setOpen] = useState(false);
  if (!open) return html`<div><button type="button" class="button danger" onClick=${() => setOpen(true)}>${words}</button></div>`;
  return html`
    <${ProofForm} guard=${guard} name=${verb} action=${verb} danger=${true} cancel=${() => setOpen(false)} run=${(proof, values) => onDone({ ...proof, ...values })}>
      ${() => choice && html`
        <fieldset class="leaving-choice"><legend>Your messages</legend>
          <label><input type="radio" name="messages" value="keep" checked />Stay, under “Deleted person”</label>
          <label><input type="radio" name="messages" value="delete" />Are deleted, where your workspaces leave that to you</label>
        </fieldset>`}
    <//>
  `;
}
