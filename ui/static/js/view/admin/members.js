// @ts-check
/** Members: who is there, what each may do, since when they were last seen, and until when guests stay. */
import { html, useState } from '../../core/html.js';
import { exactTime } from '../../core/dates.js';
import { agoWords } from '../../core/spans.js';
import { whenOf } from '../../core/times.js';
import { openDialog } from '../../dialogs/dialog.js';
import { Failed, Waiting } from '../../dialogs/listing.js';
import { me } from '../../net/session.js';
import { giveRole, setAside, useRoles, useRoster } from '../../state/administration.js';
import { toast, toastProblem } from '../../state/notices.js';
import { may } from '../../state/rights.js';
import { workspace } from '../../state/route.js';
import { Avatar } from '../avatar.js';
import { Icon } from '../icon.js';
import { Menu, MenuItem } from '../popover.js';
import { roleName } from './role-names.js';

/** @typedef {import('../../state/administration.js').Member} Member @typedef {import('../../state/administration.js').Role} Role */

export function MembersSection() {
  const [q, setWords] = useState('');
  const [of, setOf] = useState('');
  const { table } = useRoles();
  const [role, role_id] = of.startsWith('id:') ? ['', of.slice(3)] : [of, ''];
  const roster = useRoster({ q, role, role_id });
  const roles = table?.roles ?? [];
  return html`
    <div class="administration">
      <div class="admin-bar" role="search" aria-label="Members">
        <div class="search-field"><${Icon} name="search" /><input class="input" type="search" aria-label="Name or handle" placeholder="Find by name or handle" autocomplete="off" value=${q} onInput=${(event) => setWords(event.currentTarget.value)} /></div>
        <select class="input admin-choice" aria-label="Role" value=${of} onChange=${(event) => setOf(event.currentTarget.value)}>
          <option value="">All roles</option>
          ${roles.map((known) => html`<option key=${known.id ?? known.name} value=${known.id ? `id:${known.id}` : known.name}>${roleName(known)}</option>`)}
        </select>
        ${may('workspace.transfer') && html`<button type="button" class="button" onClick=${() => openDialog('transfer')}>Hand over the workspace…</button>`}
      </div>
      <${Found} roster=${roster} roles=${roles} filtered=${Boolean(q || of)} />
    </div>
  `;
}

function Found({ roster: { items, problem, busy, load, hasMore, more }, roles, filtered }) {
  if (problem && !items) return html`<${Failed} problem=${problem} onRetry=${load} />`;
  if (!items) return html`<${Waiting} />`;
  if (!items.length) return html`<p class="operations-none"><${Icon} name="people" />${filtered ? 'Nobody matches.' : 'Nobody is here.'}</p>`;
  return html`
    <ul class="admin-rows" aria-label="Members" aria-busy=${busy}>${items.map((member) => html`<li key=${member.user_id}><${Row} member=${member} roles=${roles} changed=${load} /></li>`)}</ul>
    ${hasMore && html`<button type="button" class="button operations-more" disabled=${busy} aria-busy=${busy ? 'true' : undefined} onClick=${more}>Show more</button>`}
  `;
}

/** @param {{member: Member, roles: Role[], changed: () => void}} props */
function Row({ member, roles, changed }) {
  const self = member.user_id === me.value?.id;
  return html`
    <article class="admin-row" data-state=${member.state} aria-label=${member.name}>
      <${Avatar} userId=${member.user_id} name=${member.name} />
      <div class="admin-words">
        <h3>${member.name}${self && ' (you)'}</h3>
        <p>@${member.handle}${member.email && member.role !== 'bot' && ` · ${member.email}`}</p>
        <p>${seenWords(member)}${member.ends_at && html` · <span class="admin-end">${member.state === 'ended' ? 'stay over since' : 'guest until'} <time datetime=${member.ends_at}>${whenOf(member.ends_at)}</time></span>`}</p>
      </div>
      <${RoleChoice} member=${member} roles=${roles} changed=${changed} />
      <${Actions} member=${member} self=${self} changed=${changed} />
    </article>
  `;
}

/** @param {Member} member */
function seenWords({ kind, state, last_active_at: at, joined_at: joined, lacks_second_factor: lacks }) {
  if (lacks) return 'Set aside until they have a second step';
  if (state === 'deactivated') return 'Deactivated';
  if (kind === 'bot') return 'Bot';
  return at ? html`Active <time datetime=${at} title=${exactTime(at)}>${agoWords(at)}</time>` : html`Joined <time datetime=${joined} title=${exactTime(joined)}>${agoWords(joined)}</time>`;
}

/** @param {{member: Member, roles: Role[], changed: () => void}} props */
function RoleChoice({ member, roles, changed }) {
  const [busy, setBusy] = useState(false);
  const mine = new Set(workspace.value?.rights ?? []);
  const known = (/** @type {Role} */ role) => (role.id ? role.id === member.role_id : !member.role_id && role.name === member.role);
  const now = roles.find(known);
  const within = (/** @type {Role} */ role) => role.rights.every((right) => mine.has(right)) && role.name !== 'bot';
  if (!now || !may('member.change_role') || member.role === 'bot' || !within(now)) return html`<span class="admin-role">${now ? roleName(now) : member.role}</span>`;
  const give = async (event) => {
    const chosen = roles.find(({ id, name }) => (id ?? name) === event.currentTarget.value);
    if (!chosen) return;
    setBusy(true);
    await giveRole(member.user_id, chosen.id ? { role_id: chosen.id } : { role: chosen.name })
      .then(() => toast(`${member.name} is ${roleName(chosen).toLowerCase()} now.`), toastProblem);
    setBusy(false);
    changed();
  };
  return html`
    <select class="input admin-role" aria-label=${`Role of ${member.name}`} disabled=${busy} value=${now.id ?? now.name} onChange=${give}>
      ${roles.filter((role) => role === now || within(role)).map((role) => html`<option key=${role.id ?? role.name} value=${role.id ?? role.name} selected=${role === now}>${roleName(role)}</option>`)}
    </select>
  `;
}

/** @param {{member: Member, self: boolean, changed: () => void}} props */
function Actions({ member, self, changed }) {
  const stays = member.role === 'guest' && may('member.invite_guest');
  const leaves = !self && may('member.remove');
  if (!stays && !leaves) return html`<span></span>`;
  // Who was set aside comes back by a second step, and can be kept out for good.
  const away = member.state !== 'deactivated' || member.lacks_second_factor;
  const setAway = () => setAside(member.user_id, away).then(() => (toast(away ? `${member.name} is deactivated.` : `${member.name} is in all their channels again.`), changed()), toastProblem);
  return html`
    <${Menu} class="icon-button" place="below end" label=${`${member.name}, actions`} button=${html`<${Icon} name="more" />`}>
      ${stays && html`<${MenuItem} icon=${html`<${Icon} name="calendar" />`} onClick=${() => openDialog('stay', { member, done: changed })}>${member.ends_at ? 'Change the end of the stay' : 'Set an end'}<//>`}
      ${leaves && member.kind !== 'bot' && html`<${MenuItem} icon=${html`<${Icon} name=${away ? 'moon' : 'retry'} />`} onClick=${setAway}>${away ? 'Deactivate' : 'Reactivate'}<//>`}
      ${leaves && html`<${MenuItem} icon=${html`<${Icon} name="close" />`} danger onClick=${() => openDialog('remove-member', { member, done: changed })}>Remove from ${workspace.value?.name}<//>`}
    <//>
  `;
}
