// @ts-check
/**
 * What runs while no page of Parlour does: shows what is pushed, takes it away when it was read elsewhere, opens what
 * is clicked, and subscribes again when the browser ends a subscription. It keeps nothing.
 */
const worker = /** @type {any} */ (self);
const HOME = '/app';
const ICON = '/static/img/icon-192.png';
const BADGE = '/static/img/badge-96.png';

/**
 * @typedef {{tag: string, channel_id?: string, title?: string, body?: string, url?: string, badge?: number, sound?: boolean, close?: boolean, at?: string}} Push
 * the fields of the server's `Push`; those with their usual value are left out
 */

worker.addEventListener('install', () => worker.skipWaiting());
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener('push', (event) => event.waitUntil(pushed(contentOf(event))));
worker.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.url));
});
worker.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(subscribeAgain(event.oldSubscription)));

/** @returns {Push} what was pushed; of what cannot be read only that there is something */
function contentOf(event) {
  try {
    return event.data.json();
  } catch {
    return { tag: 'unreadable', title: 'Parlour', body: 'There is something new.' };
  }
}

/** @param {Push} push */
async function pushed(push) {
  count(push.badge);
  if (push.close) return close(push.tag);
  if (await isLookedAt(push)) return;
  const [shown] = await worker.registration.getNotifications({ tag: push.tag });
  // An open page may have shown the same already: it stays, without another sound.
  const known = Boolean(shown?.data?.at && push.at && shown.data.at >= push.at);
  await worker.registration.showNotification(push.title || 'Parlour', {
    body: push.body ?? '',
    tag: push.tag,
    icon: ICON,
    badge: BADGE,
    renotify: !known,
    silent: known || push.sound === false,
    timestamp: push.at ? Date.parse(push.at) : Date.now(),
    data: { ...shown?.data, url: push.url ?? HOME, at: push.at },
  });
}

/** @param {number | undefined} unread none: as it is */
function count(unread) {
  const place = /** @type {any} */ (navigator);
  if (unread === undefined || !place.setAppBadge) return;
  (unread ? place.setAppBadge(unread) : place.clearAppBadge()).catch(() => undefined);
}

/** @param {string} tag */
async function close(tag) {
  for (const shown of await worker.registration.getNotifications({ tag })) shown.close();
}

/** Whether a window has that very conversation before its reader: such a window holds its name. @param {Push} push */
async function isLookedAt({ tag }) {
  const { held } = await navigator.locks.query();
  return (held ?? []).some(({ name }) => name === `parlour.looking.${tag}`);
}

/** Opens a place of the app in a window that is there, else in a new one. @param {string} [url] */
async function open(url) {
  const place = placeOf(url);
  const windows = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const own = windows.filter((each) => new URL(each.url).pathname.startsWith(HOME));
  const best = own.find(({ focused }) => focused) ?? own.find(({ visibilityState }) => visibilityState === 'visible') ?? own[0];
  if (!best) return worker.clients.openWindow(place);
  best.postMessage({ kind: 'open', place });
  await best.focus().catch(() => undefined);
}

/** @param {string} [url] @returns {string} a path of the app, whatever was asked for */
function placeOf(url = HOME) {
  const place = new URL(url, worker.location.origin);
  const isOurs = place.origin === worker.location.origin && (place.pathname === HOME || place.pathname.startsWith(`${HOME}/`));
  return isOurs ? place.pathname : HOME;
}

/** @param {PushSubscription | null} [before] */
async function subscribeAgain(before) {
  const token = await freshToken();
  const { key } = await ask('GET', '/push/key', token);
  if (!key) return;
  const subscription = await worker.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const { endpoint, keys } = subscription.toJSON();
  await ask('POST', '/me/devices', token, { kind: 'webpush', endpoint, keys, ...(before && { replaces: before.endpoint }) });
}

/** A token of the session that the cookie holds. Pages take their turn with the worker: each use changes the cookie. */
const freshToken = () => navigator.locks.request('parlour.refresh', async () => (await ask('POST', '/auth/refresh')).access_token);

/** @param {string} method @param {string} path @param {string} [token] @param {any} [body] @returns {Promise<any>} */
async function ask(method, path, token, body) {
  const headers = { ...(token && { Authorization: `Bearer ${token}` }), ...(body && { 'Content-Type': 'application/json' }) };
  const answer = await fetch(`/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`);
  return answer.json();
}
