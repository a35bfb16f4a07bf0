// @ts-check
/** My accounts at other servers, by which I sign in here. */
import { html, useState } from '../../core/html.js';
import { longDate } from '../../core/dates.js';
import { toast } from '../../state/notices.js';
import { linkAccount, unlinkAccount } from '../../state/second-factor.js';
import { Icon } from '../icon.js';
import { ProofForm } from './proof.js';

/** @typedef {import('../../state/second-factor.js').Ways} Ways @typedef {import('../../state/second-factor.js').Guard} Guard @typedef {import('../../state/second-factor.js').Linked} Link */

/** @param {{ways: Ways, changed: () => void}} props */
export const Linked = ({ ways: { guard, linked, providers }, changed }) => html`
  <ul class="account-list" aria-label="Other ways to sign in">
    ${providers.map(({ id, label }) => html`<li key=${id}><${One} id=${id} label=${label} link=${linked.find(({ provider }) => provider === id)} guard=${guard} changed=${changed} /></li>`)}
  </ul>
`;

/** @param {{id: string, label: string, link?: Link, guard: Guard, changed: () => void}} props */
function One({ id, label, link, guard, changed }) {
  const [open, setOpen] = useState(false);
  const stop = () => setOpen(false);
  const unlink = async (proof) => {
    await unlinkAccount(id, proof);
    stop();
    toast(`${label} signs you in no more.`);
    changed();
  };
  if (open && link) return html`<${ProofForm} guard=${guard} name=${`Unlink ${label}`} action="Unlink" danger=${true} cancel=${stop} run=${unlink} />`;
  if (open) return html`<${ProofForm} guard=${guard} name=${`Link ${label}`} action=${`Go on to ${label}`} cancel=${stop} run=${(proof) => linkAccount(id, proof)} />`;
  return html`
    <article class="account-fact" data-tone=${link ? 'fine' : 'plain'} aria-label=${label}>
      <${Icon} name=${link ? 'check' : 'link'} />
      <div><b>${label}</b><p>${link ? `${link.email || 'Linked'} · since ${longDate(link.linked_at)}` : 'Not linked'}</p></div>
      <button type="button" class="button" aria-label=${`${link ? 'Unlink' : 'Link'} ${label}`} onClick=${() => setOpen(true)}>${link ? 'Unlink…' : 'Link…'}</button>
    </article>
  `;
}
