// @ts-check
import { newId } from '../core/ids.js';
import { offline, problemOf } from './problem.js';
import { accessToken } from './session.js';

const ROOT = '/api/v1';

/**
 * Calls the API as whom is signed in.
 * @param {string} method @param {string} path below /api/v1 @param {any} [body]
 * @returns {Promise<any>} the answer's JSON, or null when it has none
 * @throws {import('./problem.js').Problem}
 */
export async function call(method, path, body) {
  const request = prepared(method, body);
  const token = await accessToken();
  let answer = await sent(path, request, token);
  if (answer.status === 401) answer = await sent(path, request, await accessToken(token));
  return read(answer);
}

/** The same without a session. @param {string} method @param {string} path @param {any} [body] */
export async function callAsStranger(method, path, body) {
  return read(await sent(path, prepared(method, body)));
}

/**
 * Every item of a paged list, up to `most`.
 * @param {string} path @param {number} [most] @returns {Promise<any[]>}
 */
export async function all(path, most = 2000) {
  const items = [];
  let cursor = null;
  do {
    const page = await call('GET', `${path}${path.includes('?') ? '&' : '?'}limit=200${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== null && cursor !== undefined && items.length < most);
  return items;
}

/** @param {string} method @param {any} body */
function prepared(method, body) {
  /** @type {Record<string, string>} */
  const headers = { Accept: 'application/json' };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  // The key stays the same when the request is repeated with a fresh token.
  if (method === 'POST') headers['Idempotency-Key'] = newId();
  return { method, headers, body: body === undefined ? undefined : JSON.stringify(body) };
}

/** @param {string} path @param {ReturnType<typeof prepared>} request @param {string} [token] */
async function sent(path, request, token) {
  const headers = token ? { ...request.headers, Authorization: `Bearer ${token}` } : request.headers;
  const answer = await fetch(ROOT + path, { ...request, headers }).catch(() => null);
  if (!answer) throw offline();
  return answer;
}

/** @param {Response} answer */
async function read(answer) {
  if (!answer.ok) throw await problemOf(answer);
  return answer.status === 204 ? null : answer.json();
}
