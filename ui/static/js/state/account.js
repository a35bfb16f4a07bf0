// @ts-check
/** What one does with one's own account. */
import { call } from '../net/http.js';
import { knowMe } from '../net/session.js';

/** @typedef {{id: string, device: string, address: string, created_at: string | null, last_used_at: string | null, current: boolean}} OwnSession */

/** @returns {Promise<OwnSession[]>} */
export const mySessions = async () => (await call('GET', '/me/sessions')).items;

/** @param {string} id */
export const endSession = (id) => call('DELETE', `/me/sessions/${encodeURIComponent(id)}`);

/** Ends all but this one. @returns {Promise<number>} how many there were */
export const endOtherSessions = async () => (await call('DELETE', '/me/sessions')).ended;

/** @param {{present: string, password: string}} change */
export const changePassword = (change) => call('PUT', '/me/password', change);

/** @param {{email: string, password: string}} change @returns {Promise<{email: string, expires_in: number}>} */
export const changeEmail = (change) => call('PUT', '/me/email', change);

/** Has the link mailed again that confirms my address. */
export const askToVerify = () => call('POST', '/me/email/verification');

/** Has a link mailed by which I choose a new password. @param {string} email */
export const askForReset = (email) => call('POST', '/auth/password-reset', { email });

/** Looks who I am by now: an address may have been confirmed in another window. */
export async function lookAtMe() {
  const { workspaces: _, ...user } = await call('GET', '/me');
  knowMe(user);
  return user;
}
