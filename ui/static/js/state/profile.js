// @ts-check
/** My picture, and leaving: deactivating my account or having it erased. Each throws a `Problem` that says why it could not be done. */
import { call } from '../net/http.js';
import { knowMe } from '../net/session.js';

/** @param {Blob} picture */
export const putAvatar = async (picture) => knowMe(await call('PUT', '/me/avatar', { image: await base64(picture) }));
export const removeAvatar = async () => knowMe(await call('DELETE', '/me/avatar'));

/** @param {import('./second-factor.js').Proof} proof */
export const deactivate = (proof) => call('POST', '/me/deactivation', proof);

/** @param {import('./second-factor.js').Proof & Record<string, string>} wanted @returns {Promise<{begins_at: string}>} */
export const erase = (wanted) => call('POST', '/me/erasure', wanted);

/** @param {Blob} blob @returns {Promise<string>} */
function base64(blob) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => done(String(reader.result).split(',')[1]));
    reader.addEventListener('error', () => failed(reader.error));
    reader.readAsDataURL(blob);
  });
}
