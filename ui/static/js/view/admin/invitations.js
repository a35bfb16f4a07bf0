// @ts-check
/** Invitations as those see them who manage them. */
import { html, useState } from '../../core/html.js';
import { openDialog } from '../../dialogs/dialog.js';
import { Failed, Waiting } from '../../dialogs/listing.js';
import { useInvitations } from '../../state/invitations.js';
import { Icon } from '../icon.js';
import { InvitationRows, STATES } from '../invitations.js';

const CHOICES = [['', 'All'], ...Object.entries(STATES).map(([state, [, label]]) => [state, label])];
const KINDS = [['', 'All'], ['email', 'By e-mail'], ['link', 'Links']];

export function InvitationsSection() {
  const [wanted, setWanted] = useState({ state: '', kind: '' });
  const list = useInvitations(wanted);
  const field = (/** @type {'state' | 'kind'} */ name, /** @type {string} */ label, /** @type {string[][]} */ options) => html`
    <label class="operations-field"><span>${label}</span>
      <select class="input" value=${wanted[name]} onChange=${(event) => setWanted({ ...wanted, [name]: event.currentTarget.value })}>${options.map(([value, text]) => html`<option key=${value} value=${value}>${text}</option>`)}</select>
    </label>`;
  return html`
    <div class="operations">
      <section aria-label="Invitations">
        <div class="operations-filters" role="group" aria-label="Filter">
          ${field('state', 'State', CHOICES)}${field('kind', 'Way', KINDS)}
          <button type="button" class="button primary" onClick=${() => openDialog('invite')}><${Icon} name="addPerson" />Invite people</button>
        </div>
        ${list.problem && !list.items ? html`<${Failed} problem=${list.problem} onRetry=${list.load} />` : !list.items ? html`<${Waiting} />` : html`<${InvitationRows} items=${list.items} load=${list.load} none=${wanted.state || wanted.kind ? 'None matches this filter.' : 'Nobody was invited yet.'} />`}
        ${list.hasMore && html`<button type="button" class="button operations-more" onClick=${list.more}>Show more</button>`}
      </section>
    </div>
  `;
}
