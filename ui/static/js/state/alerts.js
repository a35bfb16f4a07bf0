// @ts-check
/**
 * What the desktop shows of notifications that arrive while Parlour is open but no window of it is before the person.
 * One tab sees to each. A push of the same conversation takes its place, by the tag.
 */
import { saidIn } from '../core/said.js';
import { exclusively } from '../core/locks.js';
import { keep, recall } from '../core/storage.js';
import { on } from '../net/connection.js';
import { call } from '../net/http.js';
import { me } from '../net/session.js';
import { devices } from './devices.js';
import { isPresent } from './looking.js';
import { isQuiet, preferences } from './notification-preferences.js';
import { ownDeviceId, permission, registration } from './push.js';
import { pathTo, workspace } from './route.js';
import { channels, isTalk, nameOf, people, unreadOf, workspaces } from './store.js';

const SEEN_TO = 50;
const BODY_MOST = 240;
const ICON = '/static/img/icon-192.png';
const BADGE = '/static/img/badge-96.png';

/**
 * @typedef {import('./notifications.js').Notification} Notification
 * @typedef {import('./notification-preferences.js').Effective} Effective
 */

/** Listens from now on. Call once. */
export function followAlerts() {
  on('notification.added', ({ notification }) => alerted(notification).catch(() => undefined));
  on('notification.read', ({ ids }) => closeRead(new Set(ids)));
  on('channel.seen', ({ user_id }) => user_id === me.peek()?.id && closeRead());
  on('thread.read', ({ root_id }) => closeWhere(({ tag }) => tag === root_id));
}

/** @param {Notification} notification */
async function alerted(notification) {
  if (permission.peek() !== 'granted' || (await isPresent()) || !(await isMineToShow(notification.id))) return;
  const effective = await effectiveIn(notification.workspace_id);
  if (!notification.urgent && isBusy(effective)) return;
  if (wantsOnThisDevice(notification, effective)) await show(notification, effective);
}

/** What holds in a workspace. @param {string} workspaceId @returns {Promise<Effective>} */
async function effectiveIn(workspaceId) {
  const held = workspace.peek()?.id === workspaceId ? preferences.peek() : null;
  return (held ?? (await call('GET', `/workspaces/${workspaceId}/notification-preferences`))).effective;
}

/** Whether this tab is the one of all that sees to a notification: the first that asks. @param {string} id */
const isMineToShow = (id) =>
  exclusively('alert', async () => {
    const seenTo = recall('alerted') ?? [];
    if (seenTo.includes(id)) return false;
    keep('alerted', [...seenTo, id].slice(-SEEN_TO));
    return true;
  });

/** Whether nothing is to disturb the person now. @param {Effective} effective */
function isBusy({ quiet }) {
  const until = me.peek()?.dnd_until;
  return (until && Date.parse(until) > Date.now()) || isQuiet(quiet, new Date());
}

/** @param {Notification} notification @param {Effective} effective */
function wantsOnThisDevice({ kind }, { ways }) {
  const own = devices.peek()?.find(({ id }) => id === ownDeviceId.peek());
  const chosen = !own || (own.enabled !== false && (!own.kinds || own.kinds.includes(kind)));
  return chosen && (ways[kind] ?? ['push']).includes('push');
}

/** @param {Notification} notification @param {Effective} effective */
async function show(notification, { sound }) {
  const message = await call('GET', `/messages/${notification.message_id}`);
  const { channel_id, workspace_id, at, id } = notification;
  const slug = workspaces.peek()?.find((known) => known.id === workspace_id)?.slug ?? '';
  const worker = await registration();
  await worker?.showNotification(await titleFor(notification), /** @type {any} */ ({
    body: saidIn(message).replace(/\s+/g, ' ').slice(0, BODY_MOST),
    tag: notification.thread_root_id ?? channel_id,
    icon: ICON,
    badge: BADGE,
    renotify: true,
    // A page that was used has a sound of its own.
    silent: !sound || navigator.userActivation?.hasBeenActive === true,
    timestamp: Date.parse(at),
    data: { url: `${pathTo(slug, channel_id)}/${message.id}`, at, id },
  }));
}

/** @param {Notification} notification */
async function titleFor({ workspace_id, channel_id, author_id, kind, why, urgent }) {
  const channel = channels.peek().get(channel_id)?.peek();
  const author = people.peek().has(author_id) ? nameOf(author_id) : (await call('GET', `/workspaces/${workspace_id}/members/${author_id}`)).name;
  const did = { mention: ` ${why}`, thread: ' replied', group: ` ${why}`, everyone: ` ${why}` }[kind] ?? '';
  return `${urgent ? 'Urgent: ' : ''}${author}${did}${channel && !isTalk(channel) ? ` in #${channel.name}` : ''}`;
}

/** Takes away what is shown of notifications that were read, and of channels without anything unread. @param {Set<string>} [ids] */
const closeRead = (ids = new Set()) => closeWhere(({ tag, data }) => ids.has(data?.id) || isRead(tag));

/** @param {string} channelId */
function isRead(channelId) {
  const channel = channels.peek().get(channelId)?.peek();
  return Boolean(channel && unreadOf(channel) === 0);
}

/** @param {(shown: any) => boolean} isOver */
async function closeWhere(isOver) {
  const worker = await registration();
  for (const shown of (await worker?.getNotifications()) ?? []) if (isOver(shown)) shown.close();
}
