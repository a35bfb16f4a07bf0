// @ts-check
/** This browser's leave to notify, its worker, and its subscription to pushes, which is a device of mine on the server. */
import { effect, signal } from '@preact/signals-core';
import { exclusively } from '../core/locks.js';
import { forget, keep, recall } from '../core/storage.js';
import { on } from '../net/connection.js';
import { call } from '../net/http.js';
import { loadDevices } from './devices.js';
import { go } from './route.js';

const WORKER = '/sw.js';
const UNSUBSCRIBE_MS = 2_000;
/** What this browser is on the server: its device's id, and the endpoint it had then. */
const DEVICE = 'device';
/** The person has taken this browser off their devices. */
const OFF = 'device.off';

const supported = 'Notification' in window && 'serviceWorker' in navigator && 'PushManager' in window;
const leave = () => (supported ? Notification.permission : 'unsupported');

/** @type {import('@preact/signals-core').Signal<'unsupported' | NotificationPermission>} */
export const permission = signal(leave());
/** @type {import('@preact/signals-core').Signal<string | null>} the id of the device that this browser is */
export const ownDeviceId = signal(recall(DEVICE)?.id ?? null);
/** Why this browser gets no pushes although it may; empty: it does, or nobody tried. */
export const fault = signal('');

// The one script that may become a worker: the policy of the page asks for a name.
const scripts = /** @type {any} */ (window).trustedTypes?.createPolicy('parlour-worker', { createScriptURL: () => WORKER });

/** @returns {Promise<ServiceWorkerRegistration | null>} the worker, started when there is none and notifications are allowed */
export async function registration() {
  if (permission.peek() !== 'granted') return null;
  await navigator.serviceWorker.register(scripts ? scripts.createScriptURL(WORKER) : WORKER, { scope: '/' });
  return navigator.serviceWorker.ready;
}

/** Keeps the subscription up from now on, and opens what is clicked. Call once. */
export function openPush() {
  if (!supported) return;
  const look = () => (permission.value = leave());
  navigator.permissions?.query({ name: 'notifications' }).then((state) => state.addEventListener('change', look), () => undefined);
  navigator.serviceWorker.addEventListener('message', ({ data }) => data?.kind === 'open' && go(data.place));
  let begun = false;
  const begin = () => {
    if (begun || permission.peek() !== 'granted') return;
    begun = true;
    subscribe();
  };
  on('ready', begin);
  effect(() => void (permission.value === 'granted' && begin()));
}

/** Asks the browser for leave, on a click of the person's; whether it was given. */
export async function askLeave() {
  await Notification.requestPermission();
  permission.value = leave();
  return permission.peek() === 'granted';
}

/** Makes this browser a device again that its person had taken off. */
export function subscribeAnew() {
  forget(OFF);
  forget(DEVICE);
  return subscribe();
}

/** Subscribes, and tells the server; again is harmless. What fails is said in `fault`. */
export async function subscribe() {
  fault.value = '';
  try {
    await exclusively('push', register);
  } catch (problem) {
    fault.value = problem.status === undefined ? 'This browser does not reach its push service.' : problem.message;
  }
}

async function register() {
  const [worker, known] = [await registration(), await loadDevices()];
  if (!worker || recall(OFF)) return;
  const before = recall(DEVICE);
  const own = known.find(({ id }) => id === before?.id);
  if (before && !own) return leaveOff(worker);
  const { key } = await call('GET', '/push/key');
  if (!key) return void (fault.value = 'Pushing is not set up on this server.');
  const { endpoint, keys } = (await subscription(worker, key, own?.gone)).toJSON();
  const replaces = before && before.endpoint !== endpoint ? { replaces: before.endpoint } : {};
  const device = await call('POST', '/me/devices', { kind: 'webpush', endpoint, keys, ...replaces });
  keep(DEVICE, { id: device.id, endpoint });
  ownDeviceId.value = device.id;
  if (own?.gone && own.id !== device.id) await call('DELETE', `/me/devices/${own.id}`);
}

/** The subscription for the server's key: the one there is, unless it is another key's or its service has dropped it. */
async function subscription(worker, key, gone) {
  const there = await worker.pushManager.getSubscription();
  if (there && !gone && keyOf(there) === key) return there;
  await there?.unsubscribe();
  return worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

/** @param {PushSubscription} subscription @returns {string} base64url */
function keyOf({ options }) {
  const bytes = new Uint8Array(options?.applicationServerKey ?? new ArrayBuffer(0));
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** This browser was taken off the list: it stays off until its person says otherwise. */
async function leaveOff(worker) {
  keep(OFF, true);
  forget(DEVICE);
  ownDeviceId.value = null;
  await (await worker.pushManager.getSubscription())?.unsubscribe();
}

/** Whether the person has taken this browser off. */
export const isOff = () => Boolean(recall(OFF));

/** Takes this browser off. The server is told by whoever calls. */
export async function takeOff() {
  const worker = await registration();
  if (worker) await leaveOff(worker);
}

/** Ends the subscription and takes away what is shown, before the person signs out. */
export async function leavePush() {
  const worker = await (supported ? navigator.serviceWorker.getRegistration('/') : undefined);
  if (!worker) return;
  for (const shown of await worker.getNotifications()) shown.close();
  const ended = worker.pushManager.getSubscription().then((there) => there?.unsubscribe());
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, UNSUBSCRIBE_MS))]).catch(() => undefined);
}
