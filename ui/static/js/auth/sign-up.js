// @ts-check
import { handle, keepNext, nextPlace } from './form.js';

keepNext();
handle(/** @type {HTMLFormElement} */ (document.querySelector('form')), '/auth/register', () => location.replace(nextPlace()));
