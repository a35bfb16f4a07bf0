// @ts-check
/** What one can do with a message: a few buttons beside it, and a menu with everything. */
import { html, signal } from '../core/html.js';
import { openDialog } from '../dialogs/dialog.js';
import { seesEverybody } from '../dialogs/why.js';
import { askToWithdraw, mayWithdraw } from '../state/approvals.js';
import { saved, toggleSaved } from '../state/later.js';
import { copy, editing, linkTo, mayDelete, mayEdit, quote, react, togglePin } from '../state/messages.js';
import { markUnread } from '../state/receipts.js';
import { keyOf } from '../state/rows.js';
import { saidIn } from '../core/said.js';
import { channels } from '../state/store.js';
import { showThread } from '../state/threads.js';
import { recentEmoji } from '../text/emoji-choice.js';
import { EmojiButton } from './emoji-picker.js';
import { Icon } from './icon.js';
import { Menu, MenuItem } from './popover.js';

/** The emoji used last that stand beside a message. */
const QUICK = 3;

/** @type {import('@preact/signals-core').Signal<string | undefined>} the row under the pointer or with the focus */
export const near = signal(undefined);

/** @param {any} entry */
export function comeNear(entry) {
  if (!document.querySelector('.message-tools :popover-open')) near.value = keyOf(entry);
}

/** @param {{entry: any, inThread: boolean}} props */
export function Tools({ entry, inThread }) {
  const open = !channels.value.get(entry.channel_id)?.value.archived;
  if (entry.deleted_at) return null;
  const reply = () => showThread(entry.thread_root_id ?? entry.id, entry.channel_id);
  return html`
    <div class="message-tools">
      ${open && recentEmoji.value.filter((emoji) => !emoji.startsWith(':')).slice(0, QUICK).map((emoji) => html`
        <button type="button" class="icon-button quick-reaction" key=${emoji} tabindex="-1" aria-label=${`React with ${emoji}`} title=${`React with ${emoji}`} onClick=${() => react(entry, emoji)}>${emoji}</button>`)}
      ${open && html`<${EmojiButton} class="icon-button" label="React" button=${html`<${Icon} name="smile" />`} onPick=${(emoji) => react(entry, emoji)} />`}
      ${!inThread && html`<button type="button" class="icon-button" tabindex="-1" aria-label="Reply in thread" title="Reply in thread" onClick=${reply}><${Icon} name="thread" /></button>`}
      <${Menu} class="icon-button" place="below end" label="More actions" button=${html`<${Icon} name="more" />`}>
        <${Actions} entry=${entry} inThread=${inThread} open=${open} />
      <//>
    </div>
  `;
}

function Actions({ entry, inThread, open }) {
  const icon = (name) => html`<${Icon} name=${name} />`;
  return html`
    ${open && mayEdit(entry) && html`<${MenuItem} icon=${icon('edit')} onClick=${() => (editing.value = entry.id)}>Edit<//>`}
    ${(entry.text || entry.cards) && navigator.clipboard && html`<${MenuItem} icon=${icon('copy')} onClick=${() => copy(entry.text || saidIn(entry), 'Message copied')}>Copy text<//>`}
    ${navigator.clipboard && html`<${MenuItem} icon=${icon('link')} onClick=${() => copy(linkTo(entry), 'Link copied')}>Copy link<//>`}
    ${open && html`<${MenuItem} icon=${icon('quote')} onClick=${() => quote(entry, inThread ? (entry.thread_root_id ?? entry.id) : entry.channel_id)}>Quote<//>`}
    <${MenuItem} icon=${icon('forward')} onClick=${() => openDialog('forward', { message: entry })}>Forward<//>
    <${MenuItem} icon=${icon('bookmark')} onClick=${() => toggleSaved(entry)}>${saved.value.has(entry.id) ? 'Remove from saved' : 'Save for later'}<//>
    <${MenuItem} icon=${icon('bell')} onClick=${() => openDialog('remind', { message: entry })}>Remind me<//>
    ${open && html`<${MenuItem} icon=${icon('pin')} onClick=${() => togglePin(entry)}>${entry.pinned_by ? 'Unpin' : 'Pin to channel'}<//>`}
    ${!inThread && html`<${MenuItem} icon=${icon('unread')} onClick=${() => markUnread(entry.channel_id, entry.n)}>Mark unread from here<//>`}
    ${entry.edited_at && html`<${MenuItem} icon=${icon('clock')} onClick=${() => openDialog('versions', { message: entry })}>Earlier versions<//>`}
    <${MenuItem} icon=${icon('route')} onClick=${() => openDialog('delivery', { message: entry })}>Delivery<//>
    <${MenuItem} icon=${icon('route')} onClick=${() => openDialog('why', { messageId: entry.id })}>${seesEverybody(entry) ? 'Who was notified?' : 'Why was I (not) told?'}<//>
    ${open && mayWithdraw(entry) && html`<hr /><${MenuItem} icon=${icon('close')} danger onClick=${() => askToWithdraw(entry)}>Withdraw the approval<//>`}
    ${open && mayDelete(entry) && html`<hr /><${MenuItem} icon=${icon('trash')} danger onClick=${() => openDialog('delete-message', { message: entry })}>Delete<//>`}
  `;
}
