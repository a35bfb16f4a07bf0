// @ts-check
/** Webhooks of a workspace, for whoever manages its integrations: addresses that post, and addresses that are told. */
import { call } from '../net/http.js';
import { useFreshPages } from './file-operations.js';
import { workspace } from './route.js';

/**
 * @typedef {{id: string, channel_id: string, name: string, user_id: string, created_by: string, created_at: string, may_choose_channel: boolean, enabled: boolean,
 *   last_used_at: string | null, last_refused: {at: string, code: string} | null}} Incoming
 * @typedef {{id: string, name: string, url: string, events: string[], channel_ids: string[], keywords: string[], from_bots: boolean, created_by: string,
 *   created_at: string, enabled: boolean, disabled_at: string | null, disabled_why: string, failures: number, failing_since: string | null, quiet_until: string | null,
 *   delivered_at: string | null, previous_secret_until: string | null}} Outgoing
 * @typedef {{webhook: Outgoing, waiting: number, dead: number, workflow: {id: string, url: string}}} State
 * @typedef {{at: string, headers?: Record<string, string>, status?: number, words?: string, answer?: string, took_ms?: number, next_at?: string}} Attempt
 * @typedef {{id: string, event: string, subject: string, channel_id: string | null, state: string, words: string, created_at: string, updated_at: string,
 *   due_at: string | null, tries: number, attempts: Attempt[]}} Delivery
 */

const here = () => `/workspaces/${workspace.peek()?.id}`;

export const useIncoming = () => /** @type {ReturnType<typeof useFreshPages<Incoming>>} */ (useFreshPages('incoming-webhooks'));
export const useOutgoing = () => /** @type {ReturnType<typeof useFreshPages<State>>} */ (useFreshPages('webhooks'));

/** What was sent to a webhook and what waits. @param {string} id @param {string} state */
export const useLog = (id, state) => /** @type {ReturnType<typeof useFreshPages<Delivery>>} */ (useFreshPages(`webhooks/${id}/deliveries${state && `?state=${state}`}`));

/** The events that can be chosen. @returns {Promise<{name: string, title: string, group: string}[]>} */
export const eventTypes = async () => (await call('GET', '/webhook-events')).items;

/** @param {string | undefined} id a new one without @param {Record<string, unknown>} wanted @returns {Promise<{hook: Incoming, url: string} | Incoming>} */
export const saveIncoming = (id, wanted) => (id ? call('PATCH', `${here()}/incoming-webhooks/${id}`, wanted) : call('POST', `${here()}/incoming-webhooks`, wanted));

/** @param {string} id @returns {Promise<{hook: Incoming, url: string}>} */
export const readdress = (id) => call('POST', `${here()}/incoming-webhooks/${id}/rotate`);

/** @param {string} id */
export const removeIncoming = (id) => call('DELETE', `${here()}/incoming-webhooks/${id}`);

/** @param {string | undefined} id a new one without @param {Record<string, unknown>} wanted @returns {Promise<any>} */
export const saveOutgoing = (id, wanted) => (id ? call('PATCH', `${here()}/webhooks/${id}`, wanted) : call('POST', `${here()}/webhooks`, wanted));

/** @param {string} id @returns {Promise<{webhook: Outgoing, secret: string}>} */
export const renewSecret = (id) => call('POST', `${here()}/webhooks/${id}/rotate`);

/** @param {string} id */
export const removeOutgoing = (id) => call('DELETE', `${here()}/webhooks/${id}`);

/** Sends a test. @param {string} id @returns {Promise<Delivery>} */
export const ping = (id) => call('POST', `${here()}/webhooks/${id}/ping`);

/** Sends again what was given up. @param {string} id @param {{ids: string[]} | {all: true}} which @returns {Promise<number>} */
export const redrive = async (id, which) => (await call('POST', `${here()}/webhooks/${id}/redrive`, which)).redriven;
