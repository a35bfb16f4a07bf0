// @ts-check
/** The menu of a channel, the same in the side and at its head. */
import { html } from '../core/html.js';
import { openDialog } from '../dialogs/dialog.js';
import { leave } from '../state/actions.js';
import { mayAsk } from '../state/approvals.js';
import { iManage, isFixed, unarchive } from '../state/manage.js';
import { toastProblem } from '../state/notices.js';
import { showPanel } from '../state/panel.js';
import { read } from '../state/receipts.js';
import { may } from '../state/rights.js';
import { openChannel } from '../state/route.js';
import { prefer } from '../state/sidebar.js';
import { isTalk, unreadOf } from '../state/store.js';
import { Icon } from './icon.js';
import { MenuItem } from './popover.js';

/** @param {{channel: import('../state/store.js').Channel}} props */
export function ChannelActions({ channel }) {
  const { id, starred, muted, last_n: last } = channel;
  const set = (preferences) => prefer(channel, preferences).catch(toastProblem);
  return html`
    ${unreadOf(channel) > 0 && html`<${Item} icon="check" onClick=${() => read(id, last)}>Mark as read<//>`}
    <${Item} icon="star" onClick=${() => set({ starred: !starred })}>${starred ? 'Take the star off' : 'Star'}<//>
    <${Item} icon=${muted ? 'bell' : 'mute'} onClick=${() => set({ muted: !muted })}>${muted ? 'Unmute' : 'Mute'}<//>
    <${Item} icon="files" onClick=${() => (openChannel(id), showPanel({ kind: 'files', channelId: id }))}>Files<//>
    ${mayAsk(channel) && html`<${Item} icon="tasks" onClick=${() => openDialog('approval', { channel })}>Ask for approval…<//>`}
    <${Item} icon="folder" onClick=${() => openDialog('move-channel', { channel })}>Move to…<//>
    <${Item} icon="settings" onClick=${() => openDialog('channel', { channel })}>Details and settings<//>
    ${!isTalk(channel) && html`<hr /><${ForAll} channel=${channel} />`}
  `;
}

function ForAll({ channel }) {
  const { kind, archived } = channel;
  const out = () => (kind === 'public' ? leave(channel).catch(toastProblem) : openDialog('leave-channel', { channel }));
  const mayArchive = iManage(channel) && !isFixed(channel);
  return html`
    ${!archived && may('channel.invite') && html`<${Item} icon="addPerson" onClick=${() => openDialog('add-people', { channel })}>Add people<//>`}
    ${mayArchive && !archived && html`<${Item} icon="archive" danger onClick=${() => openDialog('archive', { channel })}>Archive<//>`}
    ${mayArchive && archived && html`<${Item} icon="archive" onClick=${() => unarchive(channel).catch(toastProblem)}>Open again<//>`}
    <${Item} icon="leave" danger onClick=${out}>Leave channel<//>
  `;
}

const Item = ({ icon, onClick, danger = false, children }) =>
  html`<${MenuItem} icon=${html`<${Icon} name=${icon} />`} danger=${danger} onClick=${onClick}>${children}<//>`;
