// @ts-check
/** Keys that work everywhere in the app. */
import { dialog, openDialog } from '../dialogs/dialog.js';
import { read } from '../state/receipts.js';
import { channel } from '../state/route.js';
import { openSearch } from '../state/search.js';
import { stepChannel } from '../state/steps.js';

/** Listens for as long as the page lives. */
export function listenToKeys() {
  addEventListener('keydown', (event) => {
    if (event.isComposing || event.defaultPrevented) return;
    const action = actionOf(event);
    if (!action) return;
    event.preventDefault();
    action();
  });
}

/** @param {KeyboardEvent} event @returns {(() => void) | null} */
function actionOf({ key, ctrlKey, metaKey, altKey, shiftKey }) {
  if ((ctrlKey || metaKey) && key.toLowerCase() === 'k') return () => openDialog('switcher');
  if (dialog.peek()) return null;
  if ((ctrlKey || metaKey) && shiftKey && key.toLowerCase() === 'f') return () => openSearch();
  if (key === '/' && !ctrlKey && !metaKey && !altKey && !isTyping()) return () => openSearch();
  if ((ctrlKey || metaKey) && key === '/') return () => openDialog('shortcuts');
  if (key === '?' && !isTyping()) return () => openDialog('shortcuts');
  if ((ctrlKey || metaKey) && shiftKey && key.toLowerCase() === 'l') return () => openDialog('browse');
  if ((ctrlKey || metaKey) && key === '.' && channel.peek()) return () => openDialog('channel', { channel: channel.peek()?.peek() });
  if (altKey && key === 'ArrowUp') return () => stepChannel(-1, { unread: shiftKey });
  if (altKey && key === 'ArrowDown') return () => stepChannel(1, { unread: shiftKey });
  if (key === 'Escape' && channel.peek() && !document.querySelector(':popover-open')) return markRead;
  return null;
}

const isTyping = () => Boolean(document.activeElement?.closest('input, textarea, select, [contenteditable]'));

function markRead() {
  const { id, last_n: last } = /** @type {any} */ (channel.peek()).peek();
  read(id, last);
}
