// @ts-check
/** Proving again who one is, before something changes of how one signs in: the password, and a second step where there is one. */
import { html, useEffect, useRef, useState } from '../../core/html.js';
import { Field, formError, useForm } from '../../dialogs/form.js';
import { me } from '../../net/session.js';
import { proveByPasskey } from '../../state/second-factor.js';

/** @typedef {import('../../state/second-factor.js').Guard} Guard @typedef {import('../../state/second-factor.js').Proof} Proof */

/**
 * @param {{guard: Guard, name: string, action: string, danger?: boolean, run: (proof: Proof, values: Record<string, string>) => Promise<void>, cancel: () => void, children?: (problem: any) => any}} props
 */
export function ProofForm({ guard, name, action, danger = false, run, cancel, children = () => null }) {
  const form = useRef(/** @type {any} */ (null));
  // The button that opened it is gone, and the focus with it.
  useEffect(() => form.current.querySelector('input:not(.visually-hidden, [type=radio])')?.focus(), []);
  const [way, setWay] = useState(guard.totp_since ? 'code' : guard.passkeys ? 'passkey' : '');
  const { busy, problem, onSubmit } = useForm(async ({ password = '', second, ...values }) => {
    const shown = way === 'passkey' ? { passkey: await proveByPasskey() } : way ? { [way]: second } : {};
    await run({ password, ...shown }, values).catch((fault) => {
      for (const error of fault.errors ?? []) if (['code', 'recovery_code'].includes(error.field)) error.field = 'second';
      throw fault;
    });
  });
  return html`
    <form class="form" ref=${form} aria-label=${name} onSubmit=${onSubmit}>
      <p class="form-error" role="alert">${formError(problem, ['password', 'second', 'name'])}</p>
      ${children(problem)}
      <input class="visually-hidden" type="email" autocomplete="username" value=${me.value?.email} tabindex="-1" aria-hidden="true" readonly />
      ${guard.has_password && html`<${Field} name="password" type="password" label="Your password" autocomplete="current-password" required problem=${problem} />`}
      <${Second} way=${way} guard=${guard} choose=${setWay} problem=${problem} />
      <div class="form-actions">
        <button type="button" class="button" onClick=${cancel}>Cancel</button>
        <button type="submit" class=${`button ${danger ? 'danger' : 'primary'}`} aria-busy=${busy ? 'true' : undefined} disabled=${busy}>${action}</button>
      </div>
    </form>
  `;
}

/** @type {Record<string, string>} */
const LABELS = { code: 'Code of your authenticator app', recovery_code: 'One of your recovery codes' };
/** @type {Record<string, string>} */
const OFFERS = { code: 'Use the authenticator app', passkey: 'Use a passkey', recovery_code: 'Use a recovery code' };

/** @param {{way: string, guard: Guard, choose: (way: string) => void, problem: any}} props */
function Second({ way, guard, choose, problem }) {
  if (!way) return null;
  const others = [guard.totp_since && 'code', guard.passkeys && 'passkey', guard.recovery_codes_left && 'recovery_code'].filter((other) => other && other !== way);
  return html`
    ${way === 'passkey'
      ? html`<p class="account-words">You will be asked for one of your passkeys.</p>`
      : html`<${Field} key=${way} name="second" label=${LABELS[way]} autocomplete=${way === 'code' ? 'one-time-code' : 'off'} inputmode=${way === 'code' ? 'numeric' : 'text'} required problem=${problem} />`}
    ${others.length > 0 && html`<p class="account-words second-ways">${others.map((other) => html`<button key=${other} type="button" class="text-button" onClick=${() => choose(String(other))}>${OFFERS[String(other)]}</button>`)}</p>`}
  `;
}
