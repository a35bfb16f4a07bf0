// @ts-check
/** An invitation: says who invites to where, and takes the visitor in, with an account or without one yet. */
import { hueOf } from '../core/words.js';
import { longDate } from '../core/dates.js';
import { call, callAsStranger } from '../net/http.js';
import { me } from '../net/session.js';
import { busy, handle } from './form.js';

const head = /** @type {HTMLElement} */ (document.getElementById('invite'));
const form = /** @type {HTMLFormElement} */ (document.querySelector('form'));
const path = `/invites/${encodeURIComponent(head.dataset.token ?? '')}`;

async function open() {
  try {
    const invite = await callAsStranger('GET', path);
    greet(invite);
    if (me.peek()) offerToJoin(invite.workspace.name);
    else offerToSignUp();
  } catch (problem) {
    refuse(problem);
  }
}

/** @param {{workspace: {name: string}, invited_by: {name: string}, expires_at: string}} invite */
function greet({ workspace, invited_by: host, expires_at: until }) {
  document.title = `Join ${workspace.name} – Parlour`;
  const mark = element('span', [...workspace.name][0].toUpperCase(), 'avatar');
  mark.dataset.hue = String(hueOf(workspace.name));
  mark.setAttribute('aria-hidden', 'true');
  head.replaceChildren(mark, element('h1', `Join ${workspace.name}`), element('p', `${host.name} invites you. The link works until ${longDate(until)}.`, 'lead'));
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
      /** @type {HTMLElement} */ (place.querySelector('.form-error')).textContent = problem.message;
      busy(button, false);
    });
  });
  place.hidden = false;
}

function offerToSignUp() {
  const other = /** @type {HTMLElement} */ (document.getElementById('other'));
  /** @type {HTMLAnchorElement} */ (other.querySelector('a')).search = new URLSearchParams({ next: location.pathname }).toString();
  form.hidden = false;
  other.hidden = false;
  // With the account made, the page offers what is left: to join.
  handle(form, '/auth/register', () => enter().catch(() => location.reload()));
}

async function enter() {
  const { slug } = await call('POST', `${path}/accept`);
  location.replace(`/app/${encodeURIComponent(slug)}`);
}

/** @param {import('../net/problem.js').Problem} problem */
function refuse(problem) {
  const gone = problem.status === 404 || problem.status === 410;
  const words = gone ? 'It may have expired, or the address is incomplete. Ask for a new link.' : problem.message;
  head.replaceChildren(element('h1', gone ? 'This invitation does not work' : 'Something is in the way'), element('p', words, 'lead'));
}

/** @param {string} tag @param {string} text @param {string} [className] */
function element(tag, text, className = '') {
  return Object.assign(document.createElement(tag), { textContent: text, className });
}

open();
