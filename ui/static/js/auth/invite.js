// @ts-check
/**
 * An invitation: says who invites to where, and takes the visitor in, with an account or without one yet. One that does not work
 * any more, or is for somebody else, says so and what to do.
 */
import { hueOf } from '../core/words.js';
import { longDate } from '../core/dates.js';
import { call, callAsStranger } from '../net/http.js';
import { me, signOut } from '../net/session.js';
import { busy, handle } from './form.js';

const head = /** @type {HTMLElement} */ (document.getElementById('invite'));
const form = /** @type {HTMLFormElement} */ (document.querySelector('form'));
const path = `/invites/${encodeURIComponent(head.dataset.token ?? '')}`;

/** What an invitation that is over says, by the code of the refusal. @type {Record<string, [string, string]>} */
const OVER = {
  not_found: ['This invitation does not work', 'The address may be incomplete. Ask for a new link.'],
  invitation_expired: ['This invitation has expired', 'Its time is over. Ask whoever invited you for a new one.'],
  invitation_revoked: ['This invitation was revoked', 'Whoever invited you, or an administrator, took it back. Ask them for a new one.'],
  invitation_used_up: ['This link is used up', 'As many people as it was for have joined by it. Ask for a new one.'],
  invitation_accepted: ['This invitation was accepted', 'If that was you, open the workspace. Otherwise ask for a new one.'],
};

/** @typedef {{workspace: {name: string}, invited_by: {name: string}, expires_at: string, role: string, email?: string | null, domains?: string[]}} Invite */

async function open() {
  try {
    const invite = await callAsStranger('GET', path);
    greet(invite);
    const mine = me.peek();
    if (mine && isForOther(invite, mine.email)) refuseAccount(invite, mine.email);
    else if (mine) offerToJoin(invite.workspace.name);
    else offerToSignUp(invite);
  } catch (problem) {
    refuse(problem);
  }
}

/** @param {Invite} invite */
function greet({ workspace, invited_by: host, expires_at: until, role, domains }) {
  document.title = `Join ${workspace.name} – Parlour`;
  const mark = element('span', [...workspace.name][0].toUpperCase(), 'avatar');
  mark.dataset.hue = String(hueOf(workspace.name));
  mark.setAttribute('aria-hidden', 'true');
  const as = role === 'guest' ? ' as a guest' : '';
  const only = domains?.length ? ` It is for addresses at ${domains.join(' or ')}.` : '';
  head.replaceChildren(mark, element('h1', `Join ${workspace.name}`), element('p', `${host.name} invites you${as}. The link works until ${longDate(until)}.${only}`, 'lead'));
}

/** Whether an invitation cannot be for an address. @param {Invite} invite @param {string} email */
function isForOther({ email: wanted, domains }, email) {
  if (wanted) return wanted !== email;
  return Boolean(domains?.length && !domains.includes(email.split('@').at(-1) ?? ''));
}

/** @param {Invite} invite @param {string} email */
function refuseAccount({ email: wanted, domains }, email) {
  const whom = wanted ?? `addresses at ${(domains ?? []).join(' or ')}`;
  const place = /** @type {HTMLElement} */ (document.getElementById('join'));
  const button = /** @type {HTMLButtonElement} */ (place.querySelector('button'));
  const words = /** @type {HTMLElement} */ (place.querySelector('.form-note'));
  words.textContent = `This invitation is for ${whom}, and you are signed in as ${email}.`;
  words.hidden = false;
  button.textContent = 'Sign out, and use another account';
  button.addEventListener('click', async () => {
    busy(button, true);
    await signOut().then(() => location.reload(), (problem) => (say(place, problem.message), busy(button, false)));
  });
  place.hidden = false;
}

/** @param {string} name */
function offerToJoin(name) {
  const place = /** @type {HTMLElement} */ (document.getElementById('join'));
  const button = /** @type {HTMLButtonElement} */ (place.querySelector('button'));
  button.textContent = `Join as ${me.peek()?.name}`;
  button.setAttribute('aria-label', `Join ${name} as ${me.peek()?.name}`);
  button.addEventListener('click', async () => {
    busy(button, true);
    await enter().catch((problem) => {
      say(place, problem.message);
      busy(button, false);
    });
  });
  place.hidden = false;
}

/** @param {Invite} invite */
function offerToSignUp({ email, domains }) {
  const other = /** @type {HTMLElement} */ (document.getElementById('other'));
  /** @type {HTMLAnchorElement} */ (other.querySelector('a')).search = new URLSearchParams({ next: location.pathname }).toString();
  const field = /** @type {HTMLInputElement} */ (form.elements.namedItem('email'));
  if (email) field.value = email;
  // Another address could not join by this invitation.
  field.readOnly = Boolean(email);
  if (domains?.length === 1) field.placeholder = `you@${domains[0]}`;
  form.hidden = false;
  other.hidden = false;
  // With the account made, the page offers what is left: to join, or it says why not.
  handle(form, '/auth/register', () => enter().catch(() => location.reload()));
}

async function enter() {
  const { slug } = await call('POST', `${path}/accept`);
  location.replace(`/app/${encodeURIComponent(slug)}`);
}

/** @param {import('../net/problem.js').Problem} problem */
function refuse(problem) {
  const [title, words] = OVER[problem.code] ?? ['Something is in the way', problem.message];
  head.replaceChildren(element('h1', title), element('p', words, 'lead'));
  const link = /** @type {HTMLAnchorElement} */ (element('a', me.peek() ? 'Open Parlour' : 'Sign in', 'button wide'));
  link.href = me.peek() ? '/app' : '/sign-in';
  head.append(link);
}

/** @param {HTMLElement} place @param {string} words */
function say(place, words) {
  /** @type {HTMLElement} */ (place.querySelector('.form-error')).textContent = words;
}

/** @param {string} tag @param {string} text @param {string} [className] */
function element(tag, text, className = '') {
  return Object.assign(document.createElement(tag), { textContent: text, className });
}

open();
