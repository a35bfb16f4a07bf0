// @ts-check
/**
 * The live connection: one socket, opened again for as long as the person is signed in. "Online" means that the
 * server said `ready`, so whoever waits for it has joined every channel before asking what was missed.
 */
import { signal } from '@preact/signals-core';
import { io } from 'socket.io-client';
import { offline, Problem } from './problem.js';
import { accessToken, ended, isMine, me } from './session.js';

const OPEN_MS = 8_000;
const ANSWER_MS = 8_000;
const SIGN_OF_LIFE_MS = 2_500;
const FIRST_RETRY_MS = 400;
const LONGEST_RETRY_MS = 15_000;

/** @type {import('@preact/signals').Signal<{state: 'connecting' | 'online' | 'offline', retryAt?: number}>} */
export const link = signal({ state: 'connecting' });

const socket = io({ transports: ['websocket'], autoConnect: false, reconnection: false, timeout: OPEN_MS, auth: (give) => give({ token }) });
/** @type {string | undefined} */
let token;
/** @type {string | undefined} */
let refused;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let failures = 0;
/** What this device said of its person last; said again it is a harmless question. */
let presence = { state: 'active' };

// First of all listeners: who hears of `ready` finds the line open.
socket.on('ready', joined);

/** Listens until the returned function is called. @param {string} event @param {(data: any) => void} listener */
export function on(event, listener) {
  socket.on(event, listener);
  return () => void socket.off(event, listener);
}

/** Opens the connection and keeps it. */
export function start() {
  socket.on('connect', () => timed(OPEN_MS, lost));
  socket.on('disconnect', lost);
  socket.on('connect_error', turnedAway);
  // All of a person's devices hear of it; it is the end of one of them.
  socket.on('session.ended', ({ session_id: id }) => isMine(id) && ended());
  addEventListener('online', retryNow);
  addEventListener('offline', probe);
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && probe());
  open();
}

/** Tries at once instead of waiting for the next attempt. */
export function retryNow() {
  if (link.value.state !== 'offline') return;
  link.value = { state: 'offline' };
  open();
}

/** Closes for good: the person has signed out. */
export function stop() {
  clearTimeout(timer);
  socket.disconnect();
}

/**
 * Sends a request and waits for its acknowledgement.
 * @param {string} event @param {any} data @param {number} [within] milliseconds @returns {Promise<any>}
 * @throws {Problem} with code `offline` or `timeout` when it is not known whether the server acted
 */
export async function request(event, data, within = ANSWER_MS) {
  if (link.value.state !== 'online') throw offline();
  if (event === 'presence.set') presence = data;
  const answer = await socket.timeout(within).emitWithAck(event, data).catch(() => null);
  if (answer === null) {
    // Silence of this length means a dead line that the browser has not noticed.
    if (socket.connected) socket.disconnect();
    throw new Problem({ code: 'timeout', detail: 'The server did not answer.' });
  }
  if (!answer.ok) throw new Problem(answer.error);
  return answer;
}

async function open() {
  clearTimeout(timer);
  if (!me.value || socket.active) return;
  try {
    token = await accessToken(refused);
    socket.connect();
  } catch (problem) {
    if (problem.code !== 'signed_out') lost();
  }
}

function joined() {
  clearTimeout(timer);
  failures = 0;
  refused = undefined;
  link.value = { state: 'online' };
}

/** @param {Error & {data?: {code?: string}}} error */
function turnedAway(error) {
  const stale = error.data?.code === 'unauthenticated' && refused === undefined;
  refused = error.data?.code === 'unauthenticated' ? token : undefined;
  if (stale) open();
  else lost();
}

function lost() {
  // Closing an open socket reports back here as its disconnection.
  if (socket.connected) return void socket.disconnect();
  socket.disconnect();
  if (!me.value) return clearTimeout(timer);
  const wait = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures) * (0.6 + 0.4 * Math.random());
  failures += 1;
  link.value = { state: 'offline', retryAt: Date.now() + wait };
  timed(wait, open);
}

/** Asks for a sign of life when the browser hints that the line may be gone. */
function probe() {
  if (link.value.state === 'offline') return retryNow();
  if (link.value.state === 'online') request('presence.set', presence, SIGN_OF_LIFE_MS).catch(() => undefined);
}

/** @param {number} ms @param {() => void} action */
function timed(ms, action) {
  clearTimeout(timer);
  timer = setTimeout(action, ms);
}
