// @ts-check
/** Tells the server what arrived here and what was read, gathered so that a busy channel costs two calls a second. */
import { call } from '../net/http.js';
import { request } from '../net/connection.js';
import { toast, toastProblem } from './notices.js';
import { channels, patchChannel, readUpTo } from './store.js';

const GATHER_MS = 500;

/** @type {Map<string, {received?: number, read?: number}>} */
const marks = new Map();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** Notes that this device holds a channel's messages up to `n`. @param {string} channelId @param {number} n */
export function received(channelId, n) {
  const known = channels.peek().get(channelId)?.peek();
  if (!known || known.received_n >= n) return;
  patchChannel(channelId, { received_n: n });
  note(channelId, { received: n });
}

/** @type {string | null} the channel on screen that was marked unread, and so is not read by looking at it */
let keptUnread = null;

/** Counts a message and those behind it as unread, until the channel is opened again. @param {string} channelId @param {number} n */
export async function markUnread(channelId, n) {
  try {
    await call('POST', `/channels/${channelId}/unread`, { n });
    keptUnread = channelId;
    patchChannel(channelId, { unread_from: n });
    toast('Marked unread from here.');
  } catch (problem) {
    toastProblem(problem);
  }
}

/** Looking at channels reads them again. */
export const endUnread = () => void (keptUnread = null);

/** Notes that the person has read a channel up to `n`. @param {string} channelId @param {number} n */
export function read(channelId, n) {
  const known = channels.peek().get(channelId)?.peek();
  if (!known || (known.read_n >= n && !known.unread_from) || keptUnread === channelId) return;
  readUpTo(channelId, n);
  note(channelId, { read: n });
}

/** Says again what may not have arrived: after a lost line the server's marks are behind. @param {import('./store.js').Channel[]} listed */
export function repeatMarks(listed) {
  for (const { id, read_n, received_n } of listed) {
    const known = channels.peek().get(id)?.peek();
    if (known && known.read_n > read_n) note(id, { read: known.read_n });
    if (known && known.received_n > received_n) note(id, { received: known.received_n });
  }
}

/** @param {string} channelId @param {{received?: number, read?: number}} mark */
function note(channelId, mark) {
  marks.set(channelId, { ...marks.get(channelId), ...mark });
  timer ??= setTimeout(tell, GATHER_MS);
}

function tell() {
  timer = undefined;
  for (const [channelId, { received: got, read: seen }] of marks) {
    // Reading implies receiving: one call says both.
    if (seen !== undefined) say('channel.read', channelId, seen);
    if (got !== undefined && got > (seen ?? 0)) say('channel.received', channelId, got);
  }
  marks.clear();
}

/** A call that fails is repeated by `repeatMarks`. @param {'channel.read' | 'channel.received'} event @param {string} channelId @param {number} n */
function say(event, channelId, n) {
  request(event, { channel_id: channelId, n }).catch(() => undefined);
}
