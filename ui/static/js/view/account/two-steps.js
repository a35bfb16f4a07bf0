// @ts-check
/** Two steps and passkeys: what guards my sign-in besides the password, and other ways in. */
import { html, useEffect, useState } from '../../core/html.js';
import { longDate } from '../../core/dates.js';
import { Field, formError, Submit, useForm } from '../../dialogs/form.js';
import { Failed, Waiting } from '../../dialogs/listing.js';
import { toast } from '../../state/notices.js';
import { beginApp, confirmApp, freshCodes, myWays, removeApp, renewCodes } from '../../state/second-factor.js';
import { Icon } from '../icon.js';
import { Linked } from './linked.js';
import { Passkeys } from './passkeys.js';
import { ProofForm } from './proof.js';
import { RecoveryCodes } from './recovery-codes.js';

/** @typedef {import('../../state/second-factor.js').Guard} Guard @typedef {import('../../state/second-factor.js').Ways} Ways @typedef {import('../../state/second-factor.js').Setup} Setup */

export function TwoStepsSection() {
  const [ways, setWays] = useState(/** @type {Ways | null} */ (null));
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const load = () => (setProblem(null), myWays().then(setWays, setProblem));
  useEffect(() => void load(), []);
  if (problem && !ways) return html`<${Failed} problem=${problem} onRetry=${load} />`;
  if (!ways) return html`<${Waiting} />`;
  /** @param {string[]} made */
  const changed = (made = []) => ((freshCodes.value = made), load());
  if (freshCodes.value.length) return html`<${RecoveryCodes} codes=${freshCodes.value} done=${() => (freshCodes.value = [])} />`;
  return html`
    <${State} guard=${ways.guard} />
    ${ways.guard.demanded.map((workspace) => html`<${Demanded} key=${workspace.slug} workspace=${workspace} />`)}
    <section class="account-part" aria-label="Authenticator app"><h2>Authenticator app</h2><${App} guard=${ways.guard} changed=${changed} /></section>
    <section class="account-part" aria-label="Passkeys"><h2>Passkeys</h2><${Passkeys} ways=${ways} changed=${changed} /></section>
    ${ways.guard.on && html`<section class="account-part" aria-label="Recovery codes"><h2>Recovery codes</h2><${Codes} guard=${ways.guard} changed=${changed} /></section>`}
    ${(ways.providers.length > 0 || ways.linked.length > 0) && html`<section class="account-part" aria-label="Other ways to sign in"><h2>Other ways to sign in</h2><${Linked} ways=${ways} changed=${changed} /></section>`}
  `;
}

/** @param {{guard: Guard}} props */
const State = ({ guard }) => html`
  <div class="account-fact account-state" data-tone=${guard.on ? 'fine' : 'warn'} role="status">
    <${Icon} name=${guard.on ? 'check' : 'alert'} />
    <div>
      <b>${guard.on ? 'Signing in takes two steps' : 'Your password alone opens your account'}</b>
      <p>${guard.on ? 'After your password you are asked for a code or a passkey. A passkey alone signs you in, too.' : 'Set up an authenticator app or a passkey, so that whoever learns your password does not get in.'}</p>
    </div>
  </div>
`;

/** @param {{workspace: Guard['demanded'][number]}} props */
const Demanded = ({ workspace: { name, by, aside } }) => html`
  <div class="account-fact" data-tone="warn">
    <${Icon} name="clock" />
    <div><b>${aside ? `${name} waits for your second step` : `${name} wants a second step by ${longDate(by)}`}</b><p>${aside ? 'As soon as there is one you are back in all your channels there.' : 'After that it lets you in again only with one.'}</p></div>
  </div>
`;

/** @param {{guard: Guard, changed: (codes?: string[]) => void}} props */
function App({ guard, changed }) {
  const [doing, setDoing] = useState('');
  const [setup, setSetup] = useState(/** @type {Setup | null} */ (null));
  const stop = () => (setDoing(''), setSetup(null));
  if (setup) return html`<${Confirm} setup=${setup} cancel=${stop} done=${(codes) => (stop(), codes.length || toast('Your authenticator app is set up. You were signed out everywhere else.'), changed(codes))} />`;
  if (doing === 'set up') return html`<${ProofForm} guard=${guard} name=${guard.totp_since ? 'Use another authenticator app' : 'Set up an authenticator app'} action="Continue" cancel=${stop} run=${async (proof) => setSetup(await beginApp(proof))} />`;
  if (doing === 'remove') {
    const run = async (proof) => {
      await removeApp(proof);
      stop();
      toast('The authenticator app is removed. You were signed out everywhere else.');
      changed();
    };
    return html`<${ProofForm} guard=${guard} name="Remove the authenticator app" action="Remove" danger=${true} cancel=${stop} run=${run} />`;
  }
  if (!guard.totp_since) {
    return html`
      <p class="account-words">An app on your phone shows a new code each half minute: Aegis, Google Authenticator, 1Password and others do. Setting one up ends your other sessions.</p>
      <div><button type="button" class="button" onClick=${() => setDoing('set up')}>Set up…</button></div>`;
  }
  return html`
    <div class="account-fact" data-tone="fine">
      <${Icon} name="phone" />
      <div><b>Authenticator app</b><p>Set up on ${longDate(guard.totp_since)}.</p></div>
      <div class="admin-actions">
        <button type="button" class="button" onClick=${() => setDoing('set up')}>Use another…</button>
        <button type="button" class="button" aria-label="Remove the authenticator app" onClick=${() => setDoing('remove')}>Remove…</button>
      </div>
    </div>
  `;
}

/** @param {{setup: Setup, cancel: () => void, done: (codes: string[]) => void}} props */
function Confirm({ setup, cancel, done }) {
  const { busy, problem, onSubmit } = useForm(async ({ code }) => done(await confirmApp(code)));
  return html`
    <form class="form totp-setup" aria-label="Confirm the authenticator app" onSubmit=${onSubmit}>
      <p class="form-error" role="alert">${formError(problem, ['code'])}</p>
      <img class="totp-picture" src=${setup.qr} width="220" height="220" alt="QR code that your authenticator app reads" />
      <div class="totp-words">
        <p>Point your app's camera at the picture. Or type this key into it:</p>
        <code class="totp-secret" tabindex="0" aria-label="Key">${setup.secret.match(/.{1,4}/g)?.join(' ')}</code>
        <p class="account-words">On this phone? <a href=${setup.uri}>Open it in your app</a></p>
      </div>
      <${Field} name="code" label="Code that the app shows" autocomplete="one-time-code" inputmode="numeric" required autofocus problem=${problem} />
      <div class="form-actions"><button type="button" class="button" onClick=${cancel}>Cancel</button><${Submit} busy=${busy}>Switch on<//></div>
    </form>
  `;
}

/** @param {{guard: Guard, changed: (codes?: string[]) => void}} props */
function Codes({ guard, changed }) {
  const [open, setOpen] = useState(false);
  const stop = () => setOpen(false);
  if (open) return html`<${ProofForm} guard=${guard} name="New recovery codes" action="Make new codes" cancel=${stop} run=${async (proof) => (changed(await renewCodes(proof)), stop())} />`;
  const left = guard.recovery_codes_left;
  return html`
    <div class="account-fact" data-tone=${guard.few_left ? 'warn' : 'plain'}>
      <${Icon} name=${guard.few_left ? 'alert' : 'lock'} />
      <div><b>${left === 0 ? 'None left' : `${left} left`}</b><p>${guard.few_left ? 'Make new ones before you need them: without one, a lost phone shuts you out.' : 'For when your phone or passkey is not at hand.'}</p></div>
      <button type="button" class="button" onClick=${() => setOpen(true)}>New codes…</button>
    </div>
  `;
}
