// @ts-check
/** How my sign-in is guarded: authenticator app, recovery codes, passkeys, accounts at other servers. */
import { signal } from '@preact/signals-core';
import { call, callAsStranger } from '../net/http.js';
import { askPasskey, makePasskey } from '../net/passkeys.js';

/**
 * @typedef {{on: boolean, totp_since: string | null, passkeys: number, recovery_codes_left: number, few_left: boolean, has_password: boolean,
 *   demanded: {name: string, slug: string, by: string, aside: boolean}[]}} Guard
 * @typedef {{id: string, name: string, created_at: string, last_used_at: string | null, synced: boolean}} Passkey
 * @typedef {{provider: string, label: string, email: string, linked_at: string, last_used_at: string | null}} Linked
 * @typedef {{secret: string, uri: string, qr: string, expires_in: number}} Setup
 * @typedef {{password: string, code?: string, recovery_code?: string, passkey?: any}} Proof
 * @typedef {{guard: Guard, passkeys: Passkey[], linked: Linked[], providers: {id: string, label: string}[], passkeyOrigin: string}} Ways
 */

/**
 * Recovery codes that were just made, until their owner has kept them: shown this once, also when the page around them changes
 * meanwhile, since a workspace lets them in again.
 */
export const freshCodes = signal(/** @type {string[]} */ ([]));

const FACTOR = '/me/second-factor';

/** @returns {Promise<Guard>} */
export const myGuard = () => call('GET', FACTOR);

/** @returns {Promise<Ways>} */
export async function myWays() {
  const [guard, passkeys, linked, options] = await Promise.all([
    myGuard(), call('GET', '/me/passkeys'), call('GET', '/me/linked-accounts'), callAsStranger('GET', '/auth/options'),
  ]);
  return { guard, passkeys: passkeys.items, linked: linked.items, providers: options.providers, passkeyOrigin: options.passkey_origin };
}

/** The workspaces that I was set aside in until I have a second step. */
export const waitingForMe = async () => (await call('GET', FACTOR)).demanded.filter(({ aside }) => aside);

/** @param {Proof} proof @returns {Promise<Setup>} */
export const beginApp = (proof) => call('POST', `${FACTOR}/totp`, proof);

/** @param {string} code @returns {Promise<string[]>} new recovery codes, none when there are some */
export const confirmApp = async (code) => (await call('POST', `${FACTOR}/totp/confirm`, { code })).recovery_codes;

/** @param {Proof} proof */
export const removeApp = (proof) => call('POST', `${FACTOR}/totp/remove`, proof);

/** @param {Proof} proof @returns {Promise<string[]>} */
export const renewCodes = async (proof) => (await call('POST', `${FACTOR}/recovery-codes`, proof)).recovery_codes;

/** Has this browser make a passkey. @param {Proof} proof @param {string} name @returns {Promise<string[]>} new recovery codes, none when there are some */
export async function addPasskey(proof, name) {
  const passkey = await makePasskey(await call('POST', '/me/passkeys/options', proof));
  return (await call('POST', '/me/passkeys', { passkey, name })).recovery_codes;
}

/** @param {string} id @param {string} name */
export const renamePasskey = (id, name) => call('PATCH', `/me/passkeys/${id}`, { name });

/** @param {string} id @param {Proof} proof */
export const removePasskey = (id, proof) => call('POST', `/me/passkeys/${id}/remove`, proof);

/** Proves by one of my passkeys that it is me. @returns {Promise<any>} */
export const proveByPasskey = async () => askPasskey(await call('POST', '/me/passkeys/proof-options'));

/** Leaves for another server, to link the account there. @param {string} id @param {Proof} proof */
export async function linkAccount(id, proof) {
  const { url } = await call('POST', `/me/linked-accounts/${id}`, { ...proof, next: location.pathname });
  location.assign(url);
}

/** @param {string} id @param {Proof} proof */
export const unlinkAccount = (id, proof) => call('POST', `/me/linked-accounts/${id}/remove`, proof);
