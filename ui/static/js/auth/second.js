// @ts-check
/** The second step of signing in: a code, a recovery code or a passkey. */
import { callAsStranger } from '../net/http.js';
import { askPasskey } from '../net/passkeys.js';
import { announce, busy, onSubmit } from './form.js';

/** @typedef {{id: string, methods: string[]}} Challenge @typedef {'code' | 'recovery_code'} Way */

/** What is asked for, and how the other way is offered. @type {Record<Way, {label: string, lead: string, other: string, keyboard: string}>} */
const WAYS = {
  code: { label: 'Code', lead: 'Enter the code that your authenticator app shows.', other: 'Use a recovery code', keyboard: 'numeric' },
  recovery_code: { label: 'Recovery code', lead: 'Enter one of your recovery codes. Each works once.', other: 'Use the authenticator app', keyboard: 'text' },
};

/**
 * Shows the second step instead of the first, and calls `done` with what the server answers.
 * @param {Challenge} challenge @param {(answer: any) => void} done
 */
export function askSecond({ id, methods }, done) {
  const form = /** @type {HTMLFormElement} */ (document.getElementById('second-form'));
  const part = (name) => /** @type {HTMLElement} */ (form.querySelector(`[data-${name}]`));
  const input = /** @type {HTMLInputElement} */ (form.elements.namedItem('code'));
  const field = /** @type {HTMLElement} */ (input.closest('.field'));
  let way = /** @type {Way} */ (methods.includes('totp') ? 'code' : 'recovery_code');
  const has = { passkey: methods.includes('passkey'), both: methods.includes('totp') && methods.includes('recovery_code') };
  const typed = methods.includes('totp') || methods.includes('recovery_code');

  const show = () => {
    const { label, lead, other, keyboard } = WAYS[way];
    part('lead').textContent = typed ? lead : 'Use one of your passkeys.';
    if (input.labels?.[0]) input.labels[0].textContent = label;
    input.inputMode = keyboard;
    input.value = '';
    part('other').textContent = other;
  };
  field.hidden = input.disabled = part('submit').hidden = !typed;
  part('passkey').hidden = !has.passkey;
  part('other').hidden = !has.both;
  part('other').addEventListener('click', () => {
    way = way === 'code' ? 'recovery_code' : 'code';
    show();
    input.focus();
  });
  part('passkey').addEventListener('click', () => byPasskey(form, id, part('passkey'), done));
  onSubmit(form, async ({ code }) => done(await second(id, { [way]: code })));
  show();
  for (const first of document.querySelectorAll('[data-first]')) /** @type {HTMLElement} */ (first).hidden = true;
  form.hidden = false;
  (typed ? input : part('passkey')).focus();
}

/** @param {HTMLFormElement} form @param {string} id @param {HTMLElement} place @param {(answer: any) => void} done */
async function byPasskey(form, id, place, done) {
  const button = /** @type {HTMLButtonElement} */ (place);
  if (button.disabled) return;
  busy(button, true);
  announce(form, '');
  try {
    const options = await callAsStranger('POST', '/auth/login/second/passkey-options', { challenge: id });
    done(await second(id, { passkey: await askPasskey(options) }));
  } catch (problem) {
    announce(form, problem.message);
    busy(button, false);
  }
}

/** @param {string} challenge @param {Record<string, any>} step */
async function second(challenge, step) {
  try {
    return await callAsStranger('POST', '/auth/login/second', { challenge, ...step });
  } catch (problem) {
    // One field takes either kind of code.
    for (const error of problem.errors ?? []) if (error.field === 'recovery_code') error.field = 'code';
    throw problem;
  }
}
