// @ts-check
/** My passkeys: adding, naming, removing. */
import { html, useState } from '../../core/html.js';
import { longDate } from '../../core/dates.js';
import { agoWords } from '../../core/spans.js';
import { Field, formError, Submit, useForm } from '../../dialogs/form.js';
import { passkeysWork } from '../../net/passkeys.js';
import { toast } from '../../state/notices.js';
import { addPasskey, removePasskey, renamePasskey } from '../../state/second-factor.js';
import { Icon } from '../icon.js';
import { ProofForm } from './proof.js';

/** @typedef {import('../../state/second-factor.js').Guard} Guard @typedef {import('../../state/second-factor.js').Ways} Ways @typedef {import('../../state/second-factor.js').Passkey} Passkey */

/** @param {{ways: Ways, changed: (codes?: string[]) => void}} props */
export function Passkeys({ ways: { guard, passkeys, passkeyOrigin }, changed }) {
  const [adding, setAdding] = useState(false);
  const stop = () => setAdding(false);
  const add = async (proof, { name }) => {
    const codes = await addPasskey(proof, name);
    stop();
    // Recovery codes are news enough.
    if (!codes.length) toast('The passkey is added.');
    changed(codes);
  };
  return html`
    <p class="account-words">Sign in by your finger, face or PIN instead of a password. A passkey cannot be phished, and nothing of it is on this server that could be stolen.</p>
    ${passkeys.length > 0 && html`<ul class="account-list" aria-label="Passkeys">${passkeys.map((passkey) => html`<li key=${passkey.id}><${One} passkey=${passkey} guard=${guard} changed=${changed} /></li>`)}</ul>`}
    ${!passkeysWork(passkeyOrigin) && html`<p class="form-note">Passkeys work at <b>${passkeyOrigin}</b> in a current browser. Open Parlour there to add one.</p>`}
    ${passkeysWork(passkeyOrigin) && !adding && html`<div><button type="button" class="button" onClick=${() => setAdding(true)}>Add a passkey…</button></div>`}
    ${adding && html`
      <${ProofForm} guard=${guard} name="Add a passkey" action="Continue" cancel=${stop} run=${add}>
        ${(problem) => html`<${Field} name="name" label="Name" maxlength="60" placeholder="My laptop" problem=${problem} hint="So that you know it again, such as the device it is on." />`}
      <//>`}
  `;
}

/** @param {{passkey: Passkey, guard: Guard, changed: () => void}} props */
function One({ passkey, guard, changed }) {
  const [doing, setDoing] = useState('');
  const stop = () => setDoing('');
  if (doing === 'name') return html`<${Name} passkey=${passkey} stop=${stop} changed=${changed} />`;
  if (doing === 'remove') {
    const run = async (proof) => {
      await removePasskey(passkey.id, proof);
      toast(`The passkey “${passkey.name}” is removed. You were signed out everywhere else.`);
      changed();
    };
    return html`<${ProofForm} guard=${guard} name=${`Remove the passkey ${passkey.name}`} action="Remove" danger=${true} cancel=${stop} run=${run} />`;
  }
  const used = passkey.last_used_at ? `Last used ${agoWords(passkey.last_used_at)}` : 'Not used yet';
  return html`
    <article class="account-fact" data-tone="plain" aria-label=${passkey.name}>
      <${Icon} name="lock" />
      <div><b>${passkey.name}</b><p>${used} · added on ${longDate(passkey.created_at)}${passkey.synced ? ' · on all devices of your account there' : ''}</p></div>
      <span class="account-buttons">
        <button type="button" class="button" aria-label=${`Name ${passkey.name}`} onClick=${() => setDoing('name')}>Name…</button>
        <button type="button" class="button" aria-label=${`Remove ${passkey.name}`} onClick=${() => setDoing('remove')}>Remove…</button>
      </span>
    </article>
  `;
}

/** @param {{passkey: Passkey, stop: () => void, changed: () => void}} props */
function Name({ passkey, stop, changed }) {
  const { busy, problem, onSubmit } = useForm(async ({ name }) => {
    await renamePasskey(passkey.id, name);
    stop();
    changed();
  });
  return html`
    <form class="form" aria-label="Name the passkey" onSubmit=${onSubmit}>
      <p class="form-error" role="alert">${formError(problem, ['name'])}</p>
      <${Field} name="name" label="Name" maxlength="60" defaultValue=${passkey.name} required autofocus problem=${problem} />
      <div class="form-actions"><button type="button" class="button" onClick=${stop}>Cancel</button><${Submit} busy=${busy}>Save<//></div>
    </form>
  `;
}
