// @ts-check
import { forget } from '../core/storage.js';
import { callAsStranger } from '../net/http.js';
import { onSubmit } from './form.js';
import { mailToken, showInstead } from './pages.js';

if (!mailToken()) showInstead('over');

onSubmit(/** @type {HTMLFormElement} */ (document.querySelector('form')), async ({ password }) => {
  try {
    await callAsStranger('POST', '/auth/password-reset/confirm', { token: mailToken(), password });
  } catch (problem) {
    if (problem.status !== 410) throw problem;
    return showInstead('over');
  }
  // The session of this browser has ended with all others.
  forget('session');
  return showInstead('done');
});
