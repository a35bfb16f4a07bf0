// @ts-check
/** A sign-up of this browser that waits until its mail is read: kept until then, or until it is over. */
import { forget, keep, recall } from '../core/storage.js';

const KEY = 'sign-up';

/** @typedef {{id: string, email: string, next: string, until: number}} Awaited */

/** Keeps a sign-up, and goes where its code can be typed. @param {{id: string, email: string, expires_in: number}} begun @param {string} next */
export function awaitMail({ id, email, expires_in: seconds }, next) {
  keep(KEY, { id, email, next, until: Date.now() + seconds * 1000 });
  location.assign(`/sign-up?${new URLSearchParams({ next })}`);
}

/** The sign-up that waits, if there is one. @returns {Awaited | null} */
export function awaited() {
  const known = recall(KEY);
  return known && known.until > Date.now() ? known : null;
}

/** It is finished, or begun anew. */
export const forgetAwaited = () => forget(KEY);
