// @ts-check
/** One channel: its head, its messages and where one writes. */
import { html, useEffect } from '../core/html.js';
import { call } from '../net/http.js';
import { openDialog } from '../dialogs/dialog.js';
import { leave } from '../state/actions.js';
import { loadMembers } from '../state/members.js';
import { toastProblem } from '../state/notices.js';
import { closePanel, panel, togglePanel } from '../state/panel.js';
import { go, pathTo, rememberPlace, workspace } from '../state/route.js';
import { otherOf, patchChannel, titleOf } from '../state/store.js';
import { AvatarWithPresence, presenceWord } from './avatar.js';
import { Conversation } from './conversation.js';
import { Icon } from './icon.js';
import { Members } from './members.js';
import { Pins } from './pins.js';
import { Menu, MenuItem } from './popover.js';
import { ThreadPanel } from './thread.js';

/** @param {{channel: import('../state/sorted.js').ChannelSignal}} props */
export function Channel({ channel }) {
  const { id } = channel.value;
  const shown = panel.value;
  const showsMembers = shown?.kind === 'members';
  useEffect(rememberPlace, [id]);
  useEffect(() => void (panel.peek() && panel.peek()?.channelId !== id && closePanel()), [id]);
  useEffect(() => void (loadMembers(id), loadFacts(id)), [id]);
  return html`
    <main class="channel" id="main" data-members=${showsMembers || undefined}>
      <${Head} channel=${channel.value} membersShown=${showsMembers} onMembers=${() => togglePanel('members')} />
      <${Conversation} channel=${channel} />
    </main>
    ${showsMembers && html`<${Members} channel=${channel.value} onClose=${closePanel} />`}
    ${shown?.kind === 'pins' && html`<${Pins} channelId=${id} />`}
    ${shown?.kind === 'thread' && html`<${ThreadPanel} channelId=${shown.channelId} />`}
  `;
}

/** @param {string} id */
async function loadFacts(id) {
  const facts = await call('GET', `/channels/${id}`).catch(() => null);
  if (facts) patchChannel(id, { member_count: facts.member_count, created_at: facts.created_at, created_by: facts.created_by });
}

function Head({ channel, membersShown, onMembers }) {
  const { kind, member_count: count } = channel;
  const out = () => (kind === 'public' ? leave(channel).catch(toastProblem) : openDialog('leave-channel', { channel }));
  return html`
    <header class="channel-head">
      <button type="button" class="icon-button back" aria-label="Back to channels" onClick=${() => go(pathTo(workspace.value?.slug ?? ''))}><${Icon} name="back" /></button>
      ${kind === 'direct' ? html`<${AvatarWithPresence} userId=${otherOf(channel)} />` : html`<${Icon} name=${kind === 'private' ? 'lock' : 'hash'} />`}
      <div class="channel-title"><h1>${titleOf(channel)}</h1>${kind === 'direct' && html`<small>${presenceWord(otherOf(channel))}</small>`}</div>
      <button type="button" class="icon-button" aria-label="Pinned messages" title="Pinned messages" onClick=${() => togglePanel('pins')}><${Icon} name="pin" /></button>
      ${kind !== 'direct' && html`
        <button type="button" class="button quiet members-button" aria-expanded=${membersShown} onClick=${onMembers}>
          <${Icon} name="people" /><span>${count ?? ''}</span><span class="visually-hidden">${count === 1 ? 'member' : 'members'}</span>
        </button>
        <${Menu} class="icon-button" place="below end" label=${`${channel.name}, channel menu`} button=${html`<${Icon} name="more" />`}>
          <${MenuItem} icon=${html`<${Icon} name="addPerson" />`} onClick=${() => openDialog('add-people', { channel })}>Add people<//>
          <${MenuItem} icon=${html`<${Icon} name="leave" />`} danger onClick=${out}>Leave channel<//>
        <//>`}
    </header>
  `;
}
