// @ts-check
/** My devices that are pushed to, as the server has them, and the tests of them. */
import { signal } from '@preact/signals-core';
import { on } from '../net/connection.js';
import { call } from '../net/http.js';
import { workspace } from './route.js';

const LOOK_MS = 1_000;
const LOOKS = 60;
const UNDER_WAY = ['waiting', 'sending', 'retrying'];

/**
 * @typedef {{id: string, kind: 'webpush' | 'unifiedpush' | 'fcm' | 'apns', name: string, created_at: string, enabled?: boolean,
 *   kinds?: string[] | null, last_sent_at?: string, last_error?: string, gone?: string}} Device
 * @typedef {{state: string, words: string, code?: string, at: string}} Outcome of a test
 */

/** @type {import('@preact/signals-core').Signal<Device[] | null>} null until the server has said */
export const devices = signal(null);
/** @type {import('@preact/signals-core').Signal<Map<string, Outcome>>} the last test of each device, as far as it is */
export const tests = signal(new Map());

/** Listens for changes. Call once. */
export function followDevices() {
  on('devices.changed', (told) => (devices.value = told.devices));
}

/** @returns {Promise<Device[]>} */
export async function loadDevices() {
  const { items } = await call('GET', '/me/devices');
  return (devices.value = items);
}

/** @param {string} id @param {{name?: string, enabled?: boolean, kinds?: string[] | null}} changes */
export async function changeDevice(id, changes) {
  const changed = await call('PATCH', `/me/devices/${id}`, changes);
  devices.value = (devices.peek() ?? []).map((known) => (known.id === id ? changed : known));
}

/** @param {string} id */
export async function removeDevice(id) {
  await call('DELETE', `/me/devices/${id}`);
  devices.value = (devices.peek() ?? []).filter((known) => known.id !== id);
}

/** Sends a device a test, and follows what becomes of it for a minute. @param {string} id */
export async function testDevice(id) {
  put(id, { state: 'waiting', words: 'on its way', at: new Date().toISOString() });
  try {
    let dispatch = await call('POST', `/me/devices/${id}/test`, { workspace_id: workspace.peek()?.id });
    for (let look = 0; look < LOOKS && UNDER_WAY.includes(dispatch.state); look += 1) {
      put(id, outcomeOf(dispatch));
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      dispatch = await call('GET', `/me/dispatches/${dispatch.id}`);
    }
    put(id, outcomeOf(dispatch));
  } catch (problem) {
    put(id, { state: 'given_up', words: problem.message, at: new Date().toISOString() });
  }
}

/** @returns {Outcome} */
function outcomeOf({ state, words, attempts, updated_at }) {
  return { state, words, code: attempts?.at(-1)?.code, at: updated_at };
}

/** @param {string} id @param {Outcome} outcome */
const put = (id, outcome) => (tests.value = new Map(tests.peek()).set(id, outcome));
