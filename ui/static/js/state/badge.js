// @ts-check
/** The number on the tab and on the installed app, and the mark on the tab's icon: as their person wants it. */
import { computed } from '@preact/signals-core';
import { preferences } from './notification-preferences.js';
import { unread as unreadHere } from './notifications.js';
import { workspace } from './route.js';
import { channels, isTalk, mentionsOf, newsOf, unreadByWorkspace } from './store.js';

/** Unread messages of all workspaces. */
const everything = computed(() => [...unreadByWorkspace.value.values()].reduce((sum, count) => sum + count, 0));

/** What concerns me: the notifications of the workspace on screen, and of the others what is known without asking. */
const concerning = computed(() => {
  const others = [...channels.value.values()].map((known) => known.value).filter(({ workspace_id: id }) => id !== workspace.value?.id);
  return others.reduce((sum, channel) => sum + (isTalk(channel) ? newsOf(channel) : mentionsOf(channel)), unreadHere.value);
});

const badge = computed(() => preferences.value?.effective.badge ?? 'mentions');
const count = computed(() => (badge.value === 'nothing' ? 0 : badge.value === 'all' ? everything.value : concerning.value));

/** What stands before the title of the page: "(3) ", or a dot when there is something unread that does not count. */
export const titleMark = computed(() => (count.value ? `(${count.value}) ` : badge.value === 'mentions' && everything.value ? '• ' : ''));

/** Puts the number on the icon of the installed app, where there is one. */
export function showBadge() {
  const number = count.value;
  if (!('setAppBadge' in navigator)) return;
  (number ? navigator.setAppBadge(number) : navigator.clearAppBadge()).catch(() => undefined);
}

const icon = /** @type {HTMLLinkElement | null} */ (document.querySelector('link[rel="icon"]'));
const plainIcon = icon?.href ?? '';

/** Marks the icon in the tab: red where something concerns me, brass where something is unread. */
export function showIcon() {
  const name = count.value ? 'icon-calls.svg' : titleMark.value ? 'icon-unread.svg' : 'icon.svg';
  if (icon) icon.href = plainIcon.replace('icon.svg', name);
}
