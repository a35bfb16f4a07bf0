// @ts-check
/** Signing in: by password and a second step, by a passkey, or by another server that brings people back here. */
import { callAsStranger } from '../net/http.js';
import { askPasskey, passkeysWork } from '../net/passkeys.js';
import { begin } from '../net/session.js';
import { announce, busy, keepNext, nextPlace, onSubmit } from './form.js';
import { askSecond } from './second.js';

/** What other servers, and the way back from them, can end with. @type {Record<string, string>} */
const PROBLEMS = {
  sign_in_over: 'That took too long, or began in another browser. Try again.',
  sign_in_refused: 'The other server did not answer rightly. Try again, and tell whoever runs this server if it stays so.',
  sign_in_denied: 'The other server did not sign you in.',
  sign_in_server_away: 'The other server does not answer just now. Try again later, or use your password.',
  no_account: 'There is no account for you here yet. Ask for an invitation.',
  unverified_there: 'The other server has not confirmed your e-mail address, which it has to. Confirm it there, and try again.',
  unverified_here: 'There is an account with your address here that was never confirmed. Sign in by its password, and link the two in your account’s settings.',
  linked_elsewhere: 'That account is linked already, or you have another one of that server.',
};

const form = /** @type {HTMLFormElement} */ (document.getElementById('password-form'));
const note = /** @type {HTMLElement} */ (document.getElementById('note'));
const query = new URLSearchParams(location.search);

/** @param {any} answer */
function taken(answer) {
  if (answer.challenge) return askSecond(answer.challenge, taken);
  begin(answer);
  return location.replace(nextPlace());
}

function tellWhy() {
  if (query.get('why') === 'ended') {
    note.textContent = 'Your session ended. Sign in again to go on; your drafts are still here.';
    note.hidden = false;
  }
  const problem = query.get('problem');
  if (problem) announce(form, PROBLEMS[problem] ?? 'Signing in did not work. Try again.');
}

/** Goes on with what another server ended with: a session, or the second step of this one. */
async function comeBack() {
  const told = new URLSearchParams(location.hash.slice(1));
  const id = told.get('challenge');
  if (id) {
    // It is nothing for the history of this browser.
    history.replaceState(null, '', location.pathname + location.search);
    askSecond({ id, methods: (told.get('methods') ?? '').split(',') }, taken);
  }
  if (query.get('done')) taken(await callAsStranger('POST', '/auth/refresh'));
}

async function offerOtherWays() {
  const { providers, passkey_origin: origin } = await callAsStranger('GET', '/auth/options');
  const place = /** @type {HTMLElement} */ (document.getElementById('other-ways'));
  const passkey = /** @type {HTMLButtonElement} */ (document.getElementById('by-passkey'));
  passkey.hidden = !passkeysWork(origin);
  passkey.addEventListener('click', () => byPasskey(passkey));
  for (const { label, url } of providers) place.append(linkTo(label, url));
  place.hidden = passkey.hidden && providers.length === 0;
}

/** @param {string} label @param {string} url */
function linkTo(label, url) {
  const link = document.createElement('a');
  link.className = 'button wide';
  link.href = `${url}?${new URLSearchParams({ next: nextPlace() })}`;
  link.textContent = `Sign in with ${label}`;
  return link;
}

/** @param {HTMLButtonElement} button */
async function byPasskey(button) {
  busy(button, true);
  announce(form, '');
  try {
    const options = await callAsStranger('POST', '/auth/passkey/options');
    taken(await callAsStranger('POST', '/auth/passkey', { passkey: await askPasskey(options) }));
  } catch (problem) {
    announce(form, problem.message);
    busy(button, false);
  }
}

keepNext();
tellWhy();
onSubmit(form, async (values) => taken(await callAsStranger('POST', '/auth/login', values)));
comeBack().catch((problem) => announce(form, problem.message));
// Without them there is still the password.
offerOtherWays().catch(() => undefined);
