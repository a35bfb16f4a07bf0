// @ts-check
import { computed, html } from '../core/html.js';
import { leaveParlour } from '../state/actions.js';
import { drafted } from '../state/drafts.js';
import { toastProblem } from '../state/notices.js';
import { presenceOf } from '../state/people.js';
import { channelId, go, homeOf, openPlace, pathTo, place, workspace } from '../state/route.js';
import { directs, rooms } from '../state/sorted.js';
import { channels, mentionsOf, otherOf, titleOf, unreadByWorkspace, unreadOf, workspaces } from '../state/store.js';
import { unreadThreads } from '../state/threads.js';
import { link } from '../net/connection.js';
import { me } from '../net/session.js';
import { openDialog } from '../dialogs/dialog.js';
import { AvatarWithPresence, PresenceWords } from './avatar.js';
import { Icon } from './icon.js';
import { Menu, MenuItem } from './popover.js';

/** The side: workspace, channels, conversations, and me. */
export const Sidebar = () => html`
  <aside class="sidebar" aria-label="Workspace">
    <header class="sidebar-head">
      <${WorkspaceMenu} />
    </header>
    <button type="button" class="jump" onClick=${() => openDialog('switcher')} aria-keyshortcuts="Control+K Meta+K">
      <${Icon} name="search" /><span>Jump to…</span><kbd aria-hidden="true">Ctrl K</kbd>
    </button>
    <nav class="sidebar-lists" aria-label="Channels and conversations">
      <ul class="sidebar-places">
        <${PlaceRow} name="threads" icon="thread" title="Threads" count=${unreadThreads.value} />
        <${PlaceRow} name="mentions" icon="at" title="Mentions" count=${mentionsHere.value} />
      </ul>
      <${Section} title="Channels" add="Create a channel" onAdd=${() => openDialog('create-channel')} channels=${rooms.value}>
        <li><button type="button" class="row" onClick=${() => openDialog('browse')}><${Icon} name="compass" /><span class="row-title">Browse channels</span></button></li>
      <//>
      <${Section} title="Direct messages" add="Start a conversation" onAdd=${() => openDialog('people')} channels=${directs.value}>
        ${!directs.value.length && html`<li><button type="button" class="row" onClick=${() => openDialog('people')}><${Icon} name="message" /><span class="row-title">Message someone</span></button></li>`}
      <//>
    </nav>
    <footer class="sidebar-foot"><${AccountMenu} /></footer>
  </aside>
`;

/** The way to a view of the workspace that is no channel. @param {{name: string, icon: string, title: string, count?: number}} props */
export const PlaceRow = ({ name, icon, title, count = 0 }) => html`
  <li>
    <button type="button" class="row" aria-current=${place.value === name ? 'page' : undefined} data-unread=${count > 0 || undefined} onClick=${() => openPlace(name)}>
      <${Icon} name=${icon} /><span class="row-title">${title}</span>
      ${count > 0 && html`<span class="badge">${count > 99 ? '99+' : count}<span class="visually-hidden"> unread</span></span>`}
    </button>
  </li>
`;

/** Unread mentions in the workspace on screen. */
const mentionsHere = computed(() =>
  [...channels.value.values()].filter((known) => known.value.workspace_id === workspace.value?.id).reduce((sum, known) => sum + mentionsOf(known.value), 0),
);

const Section = ({ title, add, onAdd, channels, children }) => html`
  <section class="sidebar-section">
    <div class="section-head">
      <h2>${title}</h2>
      <button type="button" class="icon-button" aria-label=${add} title=${add} onClick=${onAdd}><${Icon} name="plus" /></button>
    </div>
    <ul>${channels.map((channel) => html`<${Row} key=${channel.peek().id} channel=${channel} />`)}${children}</ul>
  </section>
`;

function Row({ channel }) {
  const { id, kind } = channel.value;
  const unread = unreadOf(channel.value);
  const calls = mentionsOf(channel.value);
  const here = id === channelId.value;
  const to = pathTo(workspace.value?.slug ?? '', id);
  const open = (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    go(to);
  };
  return html`
    <li>
      <a class="row" href=${to} aria-current=${here ? 'page' : undefined} data-unread=${unread > 0 || undefined} onClick=${open}>
        ${kind === 'direct' ? html`<${AvatarWithPresence} userId=${otherOf(channel.value)} />` : html`<${Icon} name=${kind === 'private' ? 'lock' : 'hash'} />`}
        <span class="row-title">${titleOf(channel.value)}</span>
        ${kind === 'private' && html`<span class="visually-hidden">(private)</span>`}
        ${kind === 'direct' && html`<${PresenceWords} userId=${otherOf(channel.value)} />`}
        ${!here && drafted.value.has(id) && html`<span class="draft-mark">Draft</span>`}
        ${calls > 0 && html`<span class="badge calls">@<span class="visually-hidden">${calls} of them mention you</span></span>`}
        ${unread > 0 && html`<span class="badge"><span aria-hidden="true">${unread > 99 ? '99+' : unread}</span><span class="visually-hidden">${unread} unread</span></span>`}
      </a>
    </li>
  `;
}

function WorkspaceMenu() {
  const here = workspace.value;
  const others = (workspaces.value ?? []).filter((known) => known.id !== here?.id);
  const elsewhere = others.reduce((sum, { id }) => sum + (unreadByWorkspace.value.get(id) ?? 0), 0);
  const button = html`
    <span class="workspace-mark" aria-hidden="true">${[...(here?.name ?? '?')][0].toUpperCase()}</span>
    <span class="workspace-name">${here?.name}</span><${Icon} name="chevron" />
    ${elsewhere > 0 && html`<span class="badge dot"><span class="visually-hidden">${elsewhere} unread in other workspaces</span></span>`}`;
  return html`
    <${Menu} class="workspace-button" place="below" label=${`${here?.name}, workspace menu`} button=${button}>
      ${others.map((known) => html`<${OtherWorkspace} key=${known.id} workspace=${known} />`)}
      ${others.length > 0 && html`<hr />`}
      <${MenuItem} icon=${html`<${Icon} name="addPerson" />`} onClick=${() => openDialog('invite')}>Invite people<//>
      <${MenuItem} icon=${html`<${Icon} name="people" />`} onClick=${() => openDialog('people')}>People<//>
      <${MenuItem} icon=${html`<${Icon} name="plus" />`} onClick=${() => openDialog('create-workspace')}>Create a workspace<//>
      <hr />
      <${MenuItem} icon=${html`<${Icon} name="leave" />`} danger onClick=${() => openDialog('leave-workspace')}>Leave ${here?.name}<//>
    <//>
  `;
}

function OtherWorkspace({ workspace: { id, name, slug } }) {
  const unread = unreadByWorkspace.value.get(id) ?? 0;
  const mark = html`<span class="workspace-mark" aria-hidden="true">${[...name][0].toUpperCase()}</span>`;
  return html`<${MenuItem} icon=${mark} onClick=${() => go(pathTo(slug, homeOf(id)))}>${name}${unread > 0 && ` (${unread} unread)`}<//>`;
}

/** @param {string} id */
function myState(id) {
  if (link.value.state !== 'online') return 'Not connected';
  return presenceOf(id) === 'away' ? 'Away' : 'Online';
}

function AccountMenu() {
  if (!me.value) return null;
  const { id, name, email } = me.value;
  const button = html`
    <${AvatarWithPresence} userId=${id} name=${name} />
    <span class="account-text"><b>${name}</b><small>${myState(id)}</small></span>
    <${Icon} name="more" />`;
  return html`
    <${Menu} class="account-button" place="above" label=${`${name}, account menu`} button=${button}>
      <p class="menu-note">Signed in as ${email}</p>
      <${MenuItem} icon=${html`<${Icon} name="palette" />`} onClick=${() => openDialog('appearance')}>Appearance<//>
      <${MenuItem} icon=${html`<${Icon} name="keyboard" />`} onClick=${() => openDialog('shortcuts')}>Keyboard<//>
      <hr />
      <${MenuItem} icon=${html`<${Icon} name="leave" />`} onClick=${() => leaveParlour().catch(toastProblem)}>Sign out<//>
    <//>
  `;
}
