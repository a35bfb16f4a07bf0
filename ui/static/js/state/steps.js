// @ts-check
/** Going from one channel to the next, as the side lists them. */
import { channelId, openChannel } from './route.js';
import { sections } from './sidebar.js';
import { newsOf } from './store.js';

/** Opens the channel `step` places further in the side. @param {1 | -1} step @param {{unread: boolean}} only */
export function stepChannel(step, { unread }) {
  const ids = sections
    .peek()
    .flatMap((section) => section.channels.map((known) => known.peek()))
    .filter((channel) => !unread || newsOf(channel) || channel.id === channelId.peek())
    .map((channel) => channel.id);
  if (!ids.length) return;
  const at = ids.indexOf(channelId.peek() ?? '');
  openChannel(ids[(at + step + ids.length) % ids.length]);
}
