// @ts-check
/** Passkeys of this browser and its devices (WebAuthn level 3): options and answers go as JSON. */
import { Problem } from './problem.js';

/** Whether passkeys can be used on this page, which has to be the one they are made for. @param {string} origin */
export const passkeysWork = (origin) => location.origin === origin && typeof PublicKeyCredential === 'function' && 'parseRequestOptionsFromJSON' in PublicKeyCredential;

/** Asks for a passkey, and returns its answer. @param {any} options @returns {Promise<any>} */
export async function askPasskey(options) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return answered(navigator.credentials.get({ publicKey }), 'No passkey answered. Try again, or use another way.');
}

/** Makes a passkey, and returns what the server keeps of it. @param {any} options @returns {Promise<any>} */
export async function makePasskey(options) {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return answered(navigator.credentials.create({ publicKey }), 'No passkey was made. Try again, or use another device.');
}

/** @param {Promise<Credential | null>} asked @param {string} words */
async function answered(asked, words) {
  const credential = /** @type {PublicKeyCredential | null} */ (await asked.catch((fault) => {
    if (fault.name === 'InvalidStateError') throw new Problem({ code: 'passkey_known', detail: 'This device has a passkey of yours already.' });
    return null;
  }));
  if (!credential) throw new Problem({ code: 'passkey_cancelled', detail: words });
  return credential.toJSON();
}
