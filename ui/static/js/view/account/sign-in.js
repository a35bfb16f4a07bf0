// @ts-check
/** Password and e-mail address: changed by who knows the present password. */
import { html, useEffect, useState } from '../../core/html.js';
import { longDate } from '../../core/dates.js';
import { Field, formError, Submit, useForm } from '../../dialogs/form.js';
import { useChosen } from '../../dialogs/listing.js';
import { me } from '../../net/session.js';
import { askForReset, askToVerify, changeEmail, changePassword, lookAtMe } from '../../state/account.js';
import { toast, toastProblem } from '../../state/notices.js';
import { watch } from '../../strength/meter.js';
import { Icon } from '../icon.js';

/** @typedef {{email: string, email_verified_at?: string | null}} Mine */

export function SignInSection() {
  const look = () => void lookAtMe().catch(() => {});
  useEffect(() => {
    look();
    // The link of a mail is opened elsewhere; who comes back sees what came of it.
    addEventListener('focus', look);
    return () => removeEventListener('focus', look);
  }, []);
  const mine = /** @type {Mine | null} */ (me.value);
  // The session may end while one looks.
  if (!mine) return null;
  return html`
    <section class="account-part" aria-label="E-mail address"><h2>E-mail address</h2><${Email} mine=${mine} /></section>
    <section class="account-part" aria-label="Password"><h2>Password</h2><${Password} mine=${mine} /></section>
  `;
}

/** @param {{mine: Mine}} props */
function Email({ mine }) {
  const [asked, setAsked] = useState('');
  const [open, setOpen] = useState(false);
  useEffect(() => (mine.email === asked ? setAsked('') : undefined), [mine.email]);
  const { busy, problem, onSubmit } = useForm(async ({ email, password }) => {
    setAsked((await changeEmail({ email: email.trim(), password })).email);
    setOpen(false);
  });
  return html`
    <${Address} mine=${mine} />
    ${asked && html`<p class="form-note" role="status">Look into the mails of <b>${asked}</b>: the link there makes it your address. Until then nothing changes.</p>`}
    ${!open && html`<div><button type="button" class="button" onClick=${() => setOpen(true)}>Change address…</button></div>`}
    ${open && html`
      <form class="form" aria-label="Change your e-mail address" onSubmit=${onSubmit}>
        <p class="form-error" role="alert">${formError(problem, ['email', 'password'])}</p>
        <${Field} name="email" type="email" label="New e-mail address" autocomplete="email" required autofocus problem=${problem} hint="It gets a link. Your present address is told, and can take it back for a while." />
        <${Field} name="password" type="password" label="Your password" autocomplete="current-password" required problem=${problem} />
        <div class="form-actions"><button type="button" class="button" onClick=${() => setOpen(false)}>Cancel</button><${Submit} busy=${busy}>Send the link<//></div>
      </form>`}
  `;
}

/** @param {{mine: Mine}} props */
function Address({ mine }) {
  const again = async () => {
    await askToVerify();
    toast(`A link is on its way to ${mine.email}.`);
  };
  const { busy, choose } = useChosen(again, toastProblem);
  const since = mine.email_verified_at;
  return html`
    <div class="account-fact" data-tone=${since ? 'fine' : 'warn'}>
      <${Icon} name=${since ? 'check' : 'alert'} />
      <div><b>${mine.email}</b><p>${since ? `Confirmed on ${longDate(since)}.` : 'Not confirmed yet: without that you may not get back in if you forget your password.'}</p></div>
      ${!since && html`<button type="button" class="button" aria-busy=${busy ? 'true' : undefined} disabled=${busy} onClick=${choose}>Send the link again</button>`}
    </div>
  `;
}

/** Watches the password above it. @param {HTMLElement | null} place */
function strength(place) {
  const field = place?.closest('form')?.elements.namedItem('password');
  if (place && field instanceof HTMLInputElement) watch(field, place);
}

/** @param {{mine: Mine}} props */
function Password({ mine }) {
  const [open, setOpen] = useState(false);
  const { busy, problem, onSubmit } = useForm(async ({ present, password }) => {
    await changePassword({ present, password });
    setOpen(false);
    toast('Your password is changed. You were signed out everywhere else.');
  });
  const forgot = useChosen(async () => {
    await askForReset(mine.email);
    toast(`A link is on its way to ${mine.email}.`);
  }, toastProblem);
  if (!open) {
    return html`
      <p class="account-words">A long one that you use nowhere else. Changing it ends every other session.</p>
      <div><button type="button" class="button" onClick=${() => setOpen(true)}>Change password…</button></div>`;
  }
  return html`
    <form class="form" aria-label="Change your password" onSubmit=${onSubmit}>
      <p class="form-error" role="alert">${formError(problem, ['present', 'password'])}</p>
      <input class="visually-hidden" type="email" autocomplete="username" value=${mine.email} tabindex="-1" aria-hidden="true" readonly />
      <${Field} name="present" type="password" label="Present password" autocomplete="current-password" required autofocus problem=${problem} />
      <${Field} name="password" type="password" label="New password" autocomplete="new-password" required problem=${problem} hint="A sentence works well; signs and digits are up to you." />
      <div class="strength" ref=${strength}></div>
      <p class="account-words">Forgotten? <button type="button" class="text-button" disabled=${forgot.busy} onClick=${forgot.choose}>Get a link by e-mail</button></p>
      <div class="form-actions"><button type="button" class="button" onClick=${() => setOpen(false)}>Cancel</button><${Submit} busy=${busy}>Change password<//></div>
    </form>
  `;
}
