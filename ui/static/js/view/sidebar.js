// @ts-check
import { computed, html } from '../core/html.js';
import { leaveParlour } from '../state/actions.js';
import { due, failed, scheduled } from '../state/later.js';
import { toastProblem } from '../state/notices.js';
import { unread } from '../state/notifications.js';
import { presenceOf } from '../state/presence.js';
import { may } from '../state/rights.js';
import { go, homeOf, openPlace, pathTo, place, workspace } from '../state/route.js';
import { channels, mentionsOf, unreadByWorkspace, workspaces } from '../state/store.js';
import { unreadThreads } from '../state/threads.js';
import { link } from '../net/connection.js';
import { me } from '../net/session.js';
import { openDialog } from '../dialogs/dialog.js';
import { mySections } from './admin/sections.js';
import { AvatarWithPresence } from './avatar.js';
import { FirstSteps, UnderWay } from './first-steps.js';
import { Icon } from './icon.js';
import { MyMenuItems } from './myself.js';
import { PersonMarks } from './person.js';
import { Menu, MenuItem } from './popover.js';
import { RowMenu } from './row-menu.js';
import { Sections } from './sections.js';

/** The side: workspace, channels, conversations, and me. */
export const Sidebar = () => html`
  <aside class="sidebar" aria-label="Workspace">
    <header class="sidebar-head">
      <${WorkspaceMenu} />
      <${Bell} />
    </header>
    <button type="button" class="jump" onClick=${() => openDialog('switcher')} aria-keyshortcuts="Control+K Meta+K">
      <${Icon} name="search" /><span>Jump to…</span><kbd aria-hidden="true">Ctrl K</kbd>
    </button>
    <nav class="sidebar-lists" aria-label="Channels and conversations">
      <ul class="sidebar-places">
        <${PlaceRow} name="search" icon="search" title="Search" />
        <${PlaceRow} name="threads" icon="thread" title="Threads" count=${unreadThreads.value} />
        <${PlaceRow} name="mentions" icon="at" title="Mentions" count=${mentionsHere.value} />
        <${PlaceRow} name="files" icon="files" title="Files" />
        <${PlaceRow} name="later" icon="bookmark" title="Later" count=${due.value.length} counts="due" />
        ${(scheduled.value.size > 0 || place.value === 'scheduled') && html`<${PlaceRow} name="scheduled" icon="scheduled" title="Scheduled" count=${failed.value} counts="not sent" />`}
      </ul>
      <${Sections} />
    </nav>
    <${UnderWay} />
    <${FirstSteps} />
    <footer class="sidebar-foot"><${AccountMenu} /></footer>
    <${RowMenu} />
  </aside>
`;

/** The way to the notification centre. */
function Bell() {
  const count = unread.value;
  return html`
    <button type="button" class="icon-button bell" aria-label=${count ? `Notifications, ${count > 99 ? 'more than 99' : count} unread` : 'Notifications'} title="Notifications"
      aria-current=${place.value === 'activity' ? 'page' : undefined} onClick=${() => openPlace('activity')}>
      <${Icon} name="bell" />${count > 0 && html`<span class="badge" aria-hidden="true">${count > 99 ? '99+' : count}</span>`}
    </button>
  `;
}

/** The way to a view of the workspace that is no channel. @param {{name: string, icon: string, title: string, count?: number, counts?: string}} props */
export const PlaceRow = ({ name, icon, title, count = 0, counts = 'unread' }) => html`
  <li>
    <button type="button" class="row" aria-current=${place.value === name ? 'page' : undefined} data-unread=${count > 0 || undefined} onClick=${() => openPlace(name)}>
      <${Icon} name=${icon} /><span class="row-title">${title}</span>
      ${count > 0 && html`<span class="badge">${count > 99 ? '99+' : count}<span class="visually-hidden"> ${counts}</span></span>`}
    </button>
  </li>
`;

/** Unread mentions in the workspace on screen. */
const mentionsHere = computed(() =>
  [...channels.value.values()].filter((known) => known.value.workspace_id === workspace.value?.id).reduce((sum, known) => sum + mentionsOf(known.value), 0),
);

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
      ${may('member.invite') && html`<${MenuItem} icon=${html`<${Icon} name="addPerson" />`} onClick=${() => openDialog('invite')}>Invite people<//>`}
      <${MenuItem} icon=${html`<${Icon} name="people" />`} onClick=${() => openDialog('people')}>People<//>
      <${MenuItem} icon=${html`<${Icon} name="folder" />`} onClick=${() => openDialog('new-section')}>New section in the side<//>
      <${MenuItem} icon=${html`<${Icon} name="smile" />`} onClick=${() => openDialog('emoji')}>Custom emoji<//>
      <${MenuItem} icon=${html`<${Icon} name="people" />`} onClick=${() => openDialog('groups')}>Groups<//>
      ${may('workspace.change') && html`<${MenuItem} icon=${html`<${Icon} name="edit" />`} onClick=${() => openDialog('workspace-settings')}>Workspace settings<//>`}
      ${mySections().length > 0 && html`<${MenuItem} icon=${html`<${Icon} name="settings" />`} onClick=${() => openPlace('admin')}>Administration<//>`}
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
  if (me.value?.set_away) return 'Set away';
  return presenceOf(id) === 'away' ? 'Away' : 'Online';
}

function AccountMenu() {
  if (!me.value) return null;
  const { id, name, email } = me.value;
  const button = html`
    <${AvatarWithPresence} userId=${id} name=${name} />
    <span class="account-text"><b>${name}<${PersonMarks} userId=${id} /></b><small>${myState(id)}</small></span>
    <${Icon} name="more" />`;
  return html`
    <${Menu} class="account-button" place="above" label=${`${name}, account menu`} button=${button}>
      <p class="menu-note">Signed in as ${email}</p>
      <${MyMenuItems} />
      <hr />
      <${MenuItem} icon=${html`<${Icon} name="bell" />`} onClick=${() => openDialog('notifications')}>Notification settings<//>
      <${MenuItem} icon=${html`<${Icon} name="palette" />`} onClick=${() => openDialog('appearance')}>Appearance<//>
      <${MenuItem} icon=${html`<${Icon} name="keyboard" />`} onClick=${() => openDialog('shortcuts')}>Keyboard<//>
      <hr />
      <${MenuItem} icon=${html`<${Icon} name="leave" />`} onClick=${() => leaveParlour().catch(toastProblem)}>Sign out<//>
    <//>
  `;
}
