// @ts-check
import { handle, keepNext, nextPlace } from './form.js';

const form = /** @type {HTMLFormElement} */ (document.querySelector('form'));
const note = /** @type {HTMLElement} */ (document.getElementById('note'));

if (new URLSearchParams(location.search).get('why') === 'ended') {
  note.textContent = 'Your session ended. Sign in again to go on; your drafts are still here.';
  note.hidden = false;
}
keepNext();
handle(form, '/auth/login', () => location.replace(nextPlace()));
