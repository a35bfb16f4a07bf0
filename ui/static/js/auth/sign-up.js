// @ts-check
import { onKeptElsewhere } from '../core/storage.js';
import { callAsStranger } from '../net/http.js';
import { begin } from '../net/session.js';
import { awaited, forgetAwaited } from './awaited.js';
import { handle, keepNext, nextPlace, onSubmit } from './form.js';
import { here, reveal } from './pages.js';

const form = /** @type {HTMLFormElement} */ (document.querySelector('form:not([id])'));
const codeForm = /** @type {HTMLFormElement} */ (here('code-form'));

keepNext();
handle(form, '/auth/register', () => location.replace(nextPlace()));

const waiting = awaited();
if (waiting) {
  here('ask').hidden = form.hidden = true;
  reveal(codeForm, { email: waiting.email });
  onSubmit(codeForm, async ({ code }) => {
    try {
      begin(await callAsStranger('POST', '/auth/verify', { id: waiting.id, code }));
    } catch (problem) {
      if (problem.code === 'link_over') forgetAwaited();
      throw problem;
    }
    forgetAwaited();
    location.replace(waiting.next);
  });
  here('again').addEventListener('click', () => (forgetAwaited(), location.reload()));
  // The mail's link was followed in another tab: nothing is left to type here.
  onKeptElsewhere((key) => key === 'session' && location.replace(waiting.next));
}
