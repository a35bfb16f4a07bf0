// @ts-check
import { callAsStranger } from '../net/http.js';
import { begin } from '../net/session.js';
import { awaited, forgetAwaited } from './awaited.js';
import { onSubmit } from './form.js';
import { here, mailToken, reveal, showInstead } from './pages.js';

const form = /** @type {HTMLFormElement} */ (document.querySelector('form'));
const part = here('password-part');
const password = /** @type {HTMLInputElement} */ (part.querySelector('input'));

// Asked for only where another browser began.
password.disabled = true;
if (!mailToken()) showInstead('over');

onSubmit(form, async (values) => {
  try {
    took(await callAsStranger('POST', '/auth/verify', { token: mailToken(), ...values }));
  } catch (problem) {
    if (problem.code === 'password_needed') return askForPassword();
    if (problem.status !== 410) throw problem;
    showInstead('over');
  }
});

/** @param {any} answer a session, or the address of an account that was there */
function took(answer) {
  if (!answer.access_token) return showInstead('done', { email: answer.email });
  const next = awaited()?.next ?? '/app';
  begin(answer);
  forgetAwaited();
  location.replace(next);
}

function askForPassword() {
  password.disabled = false;
  reveal(part);
  const button = /** @type {HTMLButtonElement} */ (form.querySelector('[type=submit]'));
  button.disabled = false;
  button.removeAttribute('aria-busy');
}
