// @ts-check
import { newId } from './ids.js';
import { forget, keep, recall } from './storage.js';

const LEASE_MS = 10_000;
const POLL_MS = 60;
const tab = newId();

/**
 * Runs `task` while no other tab runs one of the same name. Browsers offer locks only over https and on localhost;
 * elsewhere a lease in storage stands in, good enough because what it guards is also safe on the server.
 * @template T @param {string} name @param {() => Promise<T>} task @returns {Promise<T>}
 */
export function exclusively(name, task) {
  if (!navigator.locks) return underLease(`lease.${name}`, task);
  return /** @type {Promise<any>} */ (navigator.locks.request(`parlour.${name}`, task));
}

/**
 * Holds a name until the returned function is called or the tab is gone, and however many others hold it, too. Other
 * tabs and the worker see it; nobody does where browsers offer no locks.
 * @param {string} name @returns {() => void}
 */
export function hold(name) {
  const ended = new AbortController();
  const until = new Promise((resolve) => ended.signal.addEventListener('abort', resolve));
  navigator.locks?.request(`parlour.${name}`, { mode: 'shared', signal: ended.signal }, () => until).catch(() => undefined);
  return () => ended.abort();
}

/** Whether any tab holds a name. @param {string} name */
export async function isHeld(name) {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  return held.some((lock) => lock.name === `parlour.${name}`);
}

/** @template T @param {string} key @param {() => Promise<T>} task @returns {Promise<T>} */
async function underLease(key, task) {
  while (!(await leased(key))) await pause(POLL_MS);
  try {
    return await task();
  } finally {
    forget(key);
  }
}

/** @param {string} key */
async function leased(key) {
  const held = recall(key);
  if (held && held.until > Date.now()) return false;
  keep(key, { tab, until: Date.now() + LEASE_MS });
  await pause(POLL_MS / 2);
  return recall(key)?.tab === tab;
}

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
