// @ts-check
/** A mail's link that asks for one click. */
import { callAsStranger } from '../net/http.js';
import { onSubmit } from './form.js';
import { mailToken, showInstead } from './pages.js';

const form = /** @type {HTMLFormElement} */ (document.querySelector('form'));

if (!mailToken()) showInstead('over');

onSubmit(form, async () => {
  try {
    const { email } = await callAsStranger('POST', form.dataset.path ?? '', { token: mailToken() });
    showInstead('done', { email });
  } catch (problem) {
    if (problem.status !== 410) throw problem;
    showInstead('over');
  }
});
