// @ts-check
/** The lists of the side: sections that open and close, each with its channels. */
import { html } from '../core/html.js';
import { openDialog } from '../dialogs/dialog.js';
import { drafted } from '../state/drafts.js';
import { toastProblem } from '../state/notices.js';
import { may } from '../state/rights.js';
import { channelId, go, pathTo, workspace } from '../state/route.js';
import { changeSection, deleteSection, ownSections, sections, toggleSection } from '../state/sidebar.js';
import { isTalk, mentionsOf, newsOf, otherOf, titleOf, unreadOf } from '../state/store.js';
import { AvatarWithPresence, PresenceWords } from './avatar.js';
import { PersonMarks } from './person.js';
import { Icon } from './icon.js';
import { Menu, MenuItem } from './popover.js';
import { openRowMenu } from './row-menu.js';

const ADD = {
  channels: { label: 'Create a channel', needs: 'channel.create', open: () => openDialog('create-channel') },
  direct: { label: 'Start a conversation', needs: 'conversation.begin', open: () => openDialog('people') },
};

export const Sections = () => sections.value.map((section) => html`<${Section} key=${section.id} section=${section} />`);

/** @param {{section: import('../state/sidebar.js').Section}} props */
function Section({ section }) {
  const { id, title, own, collapsed, channels } = section;
  const add = ADD[id];
  return html`
    <section class="sidebar-section" aria-label=${title}>
      <div class="section-head">
        <h2><button type="button" class="section-toggle" aria-expanded=${!collapsed} onClick=${() => toggleSection(section)}>
          <${Icon} name="chevron" /><span>${title}</span>
        </button></h2>
        ${own && html`<${SectionMenu} section=${section} />`}
        ${add && may(add.needs) && html`<button type="button" class="icon-button" aria-label=${add.label} title=${add.label} onClick=${add.open}><${Icon} name="plus" /></button>`}
      </div>
      <ul>
        ${channels.map((channel) => html`<${Row} key=${channel.peek().id} channel=${channel} collapsed=${collapsed} />`)}
        ${!collapsed && html`<${Rest} id=${id} own=${own} empty=${!channels.length} />`}
      </ul>
    </section>
  `;
}

function Rest({ id, own, empty }) {
  if (id === 'channels') return may('channel.browse') && html`<${Way} icon="compass" title="Browse channels" to="browse" />`;
  if (id === 'direct' && empty) return html`<${Way} icon="message" title="Message someone" to="people" />`;
  return own && empty ? html`<li class="section-empty">Move channels here from their menu.</li>` : null;
}

const Way = ({ icon, title, to }) => html`<li><button type="button" class="row" onClick=${() => openDialog(to)}><${Icon} name=${icon} /><span class="row-title">${title}</span></button></li>`;

/** @param {{section: import('../state/sidebar.js').Section}} props */
function SectionMenu({ section }) {
  const { id, title } = section;
  const at = ownSections.value.findIndex((known) => known.id === id);
  const move = (step) => changeSection(id, { position: at + step }).catch(toastProblem);
  return html`
    <${Menu} class="icon-button" place="below" label=${`${title}, section menu`} button=${html`<${Icon} name="more" />`}>
      <${MenuItem} icon=${html`<${Icon} name="edit" />`} onClick=${() => openDialog('rename-section', { section })}>Rename section<//>
      ${at > 0 && html`<${MenuItem} icon=${html`<${Icon} name="up" />`} onClick=${() => move(-1)}>Move up<//>`}
      ${at < ownSections.value.length - 1 && html`<${MenuItem} icon=${html`<${Icon} name="down" />`} onClick=${() => move(1)}>Move down<//>`}
      <${MenuItem} icon=${html`<${Icon} name="plus" />`} onClick=${() => openDialog('new-section')}>New section<//>
      <hr />
      <${MenuItem} icon=${html`<${Icon} name="trash" />`} danger onClick=${() => deleteSection(section).catch(toastProblem)}>Delete section<//>
    <//>
  `;
}

/** A closed section still shows what asks for attention. @param {{channel: import('../state/sorted.js').ChannelSignal, collapsed: boolean}} props */
function Row({ channel, collapsed }) {
  const { id, kind, muted } = channel.value;
  const unread = unreadOf(channel.value);
  const news = newsOf(channel.value);
  const here = id === channelId.value;
  if (collapsed && !news && !here) return null;
  const to = pathTo(workspace.value?.slug ?? '', id);
  const open = (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    go(to);
  };
  return html`
    <li>
      <a class="row" href=${to} aria-current=${here ? 'page' : undefined} data-unread=${news > 0 || undefined} data-muted=${muted || undefined}
        aria-haspopup="menu" onClick=${open} onContextMenu=${(event) => openRowMenu(event, channel)}>
        <${ChannelMark} channel=${channel.value} />
        <span class="row-title">${titleOf(channel.value)}</span>
        ${kind === 'private' && html`<span class="visually-hidden">(private)</span>`}
        ${kind === 'direct' && html`<${PresenceWords} userId=${otherOf(channel.value)} /><${PersonMarks} userId=${otherOf(channel.value)} />`}
        ${muted && html`<span class="muted-mark"><${Icon} name="mute" /><span class="visually-hidden">(muted)</span></span>`}
        ${!here && drafted.value.has(id) && html`<span class="draft-mark">Draft</span>`}
        <${Badges} calls=${mentionsOf(channel.value)} unread=${muted ? 0 : unread} />
      </a>
    </li>
  `;
}

const Badges = ({ calls, unread }) => html`
  ${calls > 0 && html`<span class="badge calls">@<span class="visually-hidden">${calls} of them mention you</span></span>`}
  ${unread > 0 && html`<span class="badge"><span aria-hidden="true">${unread > 99 ? '99+' : unread}</span><span class="visually-hidden">${unread} unread</span></span>`}
`;

/** What stands before a channel's name: a face, or what kind it is. @param {{channel: import('../state/store.js').Channel}} props */
export function ChannelMark({ channel }) {
  if (channel.kind === 'direct') return html`<${AvatarWithPresence} userId=${otherOf(channel)} />`;
  return html`<${Icon} name=${iconOf(channel)} />`;
}

/** @param {import('../state/store.js').Channel} channel */
function iconOf(channel) {
  if (channel.archived) return 'archive';
  if (isTalk(channel)) return 'people';
  if (channel.posting === 'moderators') return 'megaphone';
  return channel.kind === 'private' ? 'lock' : 'hash';
}
