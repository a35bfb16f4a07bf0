// @ts-check
/** What the forms for strangers share: sending, saying what is wrong where it is wrong, showing the password. */
import { callAsStranger } from '../net/http.js';
import { begin } from '../net/session.js';

/**
 * Sends a form to the API when it is filled in right, and then calls `done`.
 * @param {HTMLFormElement} form @param {string} path @param {() => Promise<void> | void} done
 */
export function handle(form, path, done) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = /** @type {HTMLButtonElement} */ (form.querySelector('[type=submit]'));
    if (button.disabled || !checked(form)) return;
    busy(button, true);
    try {
      begin(await callAsStranger('POST', path, Object.fromEntries(new FormData(form))));
      await done();
    } catch (problem) {
      show(form, problem);
      busy(button, false);
    }
  });
  form.addEventListener('input', ({ target }) => setError(/** @type {HTMLInputElement} */ (target), ''));
  for (const button of form.querySelectorAll('[data-reveals]')) button.addEventListener('click', reveal);
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
  return place.origin === location.origin ? place.pathname + place.search : '/app';
}

/** Links between the forms keep the place to go to. */
export function keepNext() {
  for (const link of document.querySelectorAll('a[data-keeps-next]')) {
    if (location.search.includes('next=')) /** @type {HTMLAnchorElement} */ (link).search = new URLSearchParams({ next: nextPlace() }).toString();
  }
}

/** @param {HTMLFormElement} form */
function checked(form) {
  const fields = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll('input')]);
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
  const first = form.querySelector('[aria-invalid=true]') ?? form.querySelector('input');
  /** @type {HTMLElement} */ (first).focus();
}

/** @param {HTMLFormElement} form @param {string} words */
function announce(form, words) {
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
