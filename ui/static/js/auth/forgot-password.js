// @ts-check
import { callAsStranger } from '../net/http.js';
import { keepNext, onSubmit } from './form.js';
import { here, showInstead } from './pages.js';

const form = /** @type {HTMLFormElement} */ (document.querySelector('form'));

keepNext();
onSubmit(form, async ({ email }) => {
  const { expires_in: seconds } = await callAsStranger('POST', '/auth/password-reset', { email });
  showInstead('sent', { email, lasts: `${Math.round(seconds / 60)} minutes` });
});
here('again').addEventListener('click', () => location.reload());
