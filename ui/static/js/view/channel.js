// @ts-check
/** One channel: its head, its messages and where one writes. */
import { html, useEffect, useRef } from '../core/html.js';
import { call } from '../net/http.js';
import { openDialog } from '../dialogs/dialog.js';
import { loadMembers } from '../state/members.js';
import { iDescribe, iPost } from '../state/manage.js';
import { closePanel, panel, togglePanel } from '../state/panel.js';
import { go, pathTo, rememberPlace, workspace } from '../state/route.js';
import { isTalk, otherOf, patchChannel, titleOf } from '../state/store.js';
import { presenceWord } from './avatar.js';
import { ChannelActions } from './channel-actions.js';
import { Conversation } from './conversation.js';
import { DropZone } from './drop.js';
import { FilesPanel } from './files-place.js';
import { Icon } from './icon.js';
import { Members } from './members.js';
import { Pins } from './pins.js';
import { Menu } from './popover.js';
import { ChannelMark } from './sections.js';
import { ThreadPanel } from './thread.js';

// The head of a phone has no room for a finger there: the menu leads to the same place.
const touch = matchMedia('(width < 48rem), (hover: none)');

/** @param {{channel: import('../state/sorted.js').ChannelSignal}} props */
export function Channel({ channel }) {
  const { id } = channel.value;
  const shown = panel.value;
  const box = useRef(/** @type {any} */ (null));
  const showsMembers = shown?.kind === 'members';
  useEffect(rememberPlace, [id]);
  useEffect(() => void (panel.peek() && panel.peek()?.channelId !== id && closePanel()), [id]);
  useEffect(() => void (loadMembers(id), loadFacts(id)), [id]);
  return html`
    <main class="channel" id="main" ref=${box} data-members=${showsMembers || undefined}>
      <${Head} channel=${channel.value} membersShown=${showsMembers} onMembers=${() => togglePanel('members')} />
      <${Conversation} channel=${channel} />
      <${DropZone} box=${box} place=${id} channelId=${id} workspaceId=${channel.value.workspace_id} title=${isTalk(channel.value) ? titleOf(channel.value) : `#${titleOf(channel.value)}`} open=${iPost(channel.value)} />
    </main>
    ${showsMembers && html`<${Members} channel=${channel.value} onClose=${closePanel} />`}
    ${shown?.kind === 'pins' && html`<${Pins} channelId=${id} />`}
    ${shown?.kind === 'files' && html`<${FilesPanel} key=${id} channel=${channel.value} />`}
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
  return html`
    <header class="channel-head">
      <button type="button" class="icon-button back" aria-label="Back to channels" onClick=${() => go(pathTo(workspace.value?.slug ?? ''))}><${Icon} name="back" /></button>
      <${ChannelMark} channel=${channel} />
      <div class="channel-title"><h1>${titleOf(channel)}</h1><${Topic} channel=${channel} /></div>
      <button type="button" class="icon-button" aria-label="Pinned messages" title="Pinned messages" onClick=${() => togglePanel('pins')}><${Icon} name="pin" /></button>
      ${kind !== 'direct' && html`
        <button type="button" class="button quiet members-button" aria-expanded=${membersShown} onClick=${onMembers}>
          <${Icon} name="people" /><span>${count ?? ''}</span><span class="visually-hidden">${count === 1 ? 'member' : 'members'}</span>
        </button>`}
      <${Menu} class="icon-button" place="below end" label=${`${titleOf(channel)}, channel menu`} button=${html`<${Icon} name="more" />`}>
        <${ChannelActions} channel=${channel} />
      <//>
    </header>
  `;
}

/** What the channel is about now; a click says it anew. */
function Topic({ channel }) {
  const { kind, topic, muted } = channel;
  const mayEdit = iDescribe(channel) && !touch.matches;
  const words = topic || (kind === 'direct' && presenceWord(otherOf(channel))) || (mayEdit ? 'Add a topic' : '');
  const edit = () => openDialog('channel', { channel });
  return html`<small>${muted && html`<${Icon} name="mute" /><span class="visually-hidden">Muted. </span>`}
    ${words && (mayEdit ? html`<button type="button" class="topic" title=${topic || 'Add a topic'} onClick=${edit}>${words}</button>` : html`<span class="topic">${words}</span>`)}</small>`;
}
