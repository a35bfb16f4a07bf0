// @ts-check
/** What the forms for strangers share: sending, saying what is wrong where it is wrong, showing the password. */
import { callAsStranger } from '../net/http.js';
import { begin } from '../net/session.js';
import { watch } from '../strength/meter.js';
import { awaitMail } from './awaited.js';

/**
 * Sends a form to the API when it is filled in right, takes the session it answers, and then calls `done`.
 * @param {HTMLFormElement} form @param {string} path @param {() => Promise<void> | void} done
 */
export function handle(form, path, done) {
  onSubmit(form, async (values) => {
    const answer = await callAsStranger('POST', path, values);
    // A sign-up that is confirmed by mail goes on where its code can be typed.
    if (!answer.access_token && answer.id) return awaitMail(answer, nextAfter());
    begin(answer);
    return done();
  });
}

/**
 * Calls `send` with a form's values when it is filled in right, and says what is wrong where it is wrong.
 * @param {HTMLFormElement} form @param {(values: Record<string, any>) => Promise<any>} send
 */
export function onSubmit(form, send) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = /** @type {HTMLButtonElement} */ (form.querySelector('[type=submit]'));
    if (button.disabled || !checked(form)) return;
    busy(button, true);
    try {
      await send(Object.fromEntries(new FormData(form)));
    } catch (problem) {
      show(form, problem);
      busy(button, false);
    }
  });
  form.addEventListener('input', ({ target }) => setError(/** @type {HTMLInputElement} */ (target), ''));
  for (const button of form.querySelectorAll('[data-reveals]')) button.addEventListener('click', reveal);
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll('[data-strength]'))) {
    watch(/** @type {HTMLInputElement} */ (form.elements.namedItem(place.dataset.strength ?? '')), place);
  }
}

/** @param {HTMLButtonElement} button @param {boolean} is */
export function busy(button, is) {
  button.disabled = is;
  if (is) button.setAttribute('aria-busy', 'true');
  else button.removeAttribute('aria-busy');
}

/** Where to go after signing in: only a place of this site. @returns {string} */
export function nextPlace() {
  const next = new URLSearchParams(location.search).get('next') ?? '/app';
  const place = new URL(next, location.origin);
  // A path that begins with two slashes would be another site's address again.
  return place.origin === location.origin ? place.pathname.replace(/^\/+/, '/') + place.search : '/app';
}

/** Where a sign-up leads that began on this page: to the invitation it is for, or to the place asked for. */
const nextAfter = () => (location.pathname.startsWith('/invite/') ? location.pathname : nextPlace());

/** Links between the forms keep the place to go to. */
export function keepNext() {
  for (const link of document.querySelectorAll('a[data-keeps-next]')) {
    if (location.search.includes('next=')) /** @type {HTMLAnchorElement} */ (link).search = new URLSearchParams({ next: nextPlace() }).toString();
  }
}

/** @param {HTMLFormElement} form */
function checked(form) {
  const fields = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll('input:enabled')]);
  const wrong = fields.filter((field) => !field.validity.valid || !field.value.trim());
  fields.forEach((field) => setError(field, wrong.includes(field) ? faultOf(field) : ''));
  announce(form, '');
  wrong[0]?.focus();
  return wrong.length === 0;
}

/** @param {HTMLInputElement} field */
function faultOf(field) {
  const name = field.labels?.[0]?.textContent?.toLowerCase() ?? 'value';
  if (!field.value.trim()) return `Please enter your ${name.replace('your ', '')}.`;
  if (field.validity.typeMismatch) return 'This does not look like an e-mail address.';
  if (field.validity.tooShort) return `Please use at least ${field.minLength} characters.`;
  return field.validationMessage;
}

/** @param {HTMLFormElement} form @param {import('../net/problem.js').Problem} problem */
function show(form, problem) {
  const placed = (problem.errors ?? []).filter(({ field, detail }) => {
    const input = form.elements.namedItem(field);
    if (input instanceof HTMLInputElement) setError(input, detail);
    return input instanceof HTMLInputElement;
  });
  announce(form, placed.length ? '' : problem.message);
  const first = form.querySelector('[aria-invalid=true]') ?? form.querySelector('input:enabled');
  if (first instanceof HTMLElement) first.focus();
}

/** @param {HTMLFormElement} form @param {string} words */
export function announce(form, words) {
  const place = form.querySelector('.form-error');
  if (place) place.textContent = words;
}

/** @param {HTMLInputElement} field @param {string} words */
function setError(field, words) {
  const place = document.getElementById(`${field.name}-error`);
  if (place) place.textContent = words;
  if (words) field.setAttribute('aria-invalid', 'true');
  else field.removeAttribute('aria-invalid');
}

/** @param {Event} event */
function reveal({ currentTarget }) {
  const button = /** @type {HTMLButtonElement} */ (currentTarget);
  const field = /** @type {HTMLInputElement} */ (document.getElementById(button.dataset.reveals ?? ''));
  const shown = field.type === 'text';
  field.type = shown ? 'password' : 'text';
  button.setAttribute('aria-pressed', String(!shown));
  field.focus();
}
