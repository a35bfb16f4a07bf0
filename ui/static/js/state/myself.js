// @ts-check
/** What I say of myself. Each throws a `Problem` that says why it could not be done. */
import { call } from '../net/http.js';
import { knowMe } from '../net/session.js';

/** @param {{name?: string, handle?: string, title?: string}} changes */
export const changeProfile = async (changes) => knowMe(await call('PATCH', '/me', changes));

/** @param {{emoji: string, text: string, expires_at: string | null}} status */
export const setStatus = async (status) => knowMe(await call('PUT', '/me/status', status));
export const clearStatus = async () => knowMe(await call('DELETE', '/me/status'));

/** @param {Date} until */
export const beginDnd = async (until) => knowMe(await call('PUT', '/me/dnd', { until: until.toISOString() }));
export const endDnd = async () => knowMe(await call('DELETE', '/me/dnd'));

/** @param {boolean} away */
export const setAway = async (away) => knowMe(await call(away ? 'PUT' : 'DELETE', '/me/away'));
