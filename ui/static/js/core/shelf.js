// @ts-check
/** Larger things that this browser keeps, files above all. Where it keeps nothing they are gone with the page. */
import { createStore, del, get, keys, set } from 'idb-keyval';

/** @type {ReturnType<typeof createStore> | undefined} */
let opened;
const store = () => (opened ??= createStore('parlour', 'shelf'));

/** @param {string} key @returns {Promise<any>} what lies there, or undefined */
export const fetchKept = (key) => attempt(() => get(key, store()));

/** @param {string} key @param {any} value @returns {Promise<boolean>} whether it is kept */
export const keepThere = async (key, value) => (await attempt(() => set(key, value, store()).then(() => true))) ?? false;

/** @param {string} key */
export const discardKept = (key) => attempt(() => del(key, store()));

/** @param {string} prefix @returns {Promise<string[]>} the keys that begin with it */
export async function keptUnder(prefix) {
  const all = /** @type {string[]} */ ((await attempt(() => keys(store()))) ?? []);
  return all.filter((key) => key.startsWith(prefix));
}

/** @template T @param {() => Promise<T>} action @returns {Promise<T | undefined>} */
async function attempt(action) {
  try {
    return await action();
  } catch {
    return undefined;
  }
}
