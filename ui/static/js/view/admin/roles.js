// @ts-check
/** Roles: the table of who may do what as it is in the code, and the workspace's own roles. */
import { html } from '../../core/html.js';
import { counted } from '../../core/words.js';
import { openDialog } from '../../dialogs/dialog.js';
import { Failed, Waiting } from '../../dialogs/listing.js';
import { useRoles } from '../../state/administration.js';
import { may } from '../../state/rights.js';
import { workspace } from '../../state/route.js';
import { Icon } from '../icon.js';
import { roleName } from './role-names.js';

/** @typedef {import('../../state/administration.js').Role} Role @typedef {import('../../state/administration.js').RoleTable} RoleTable */

export function RolesSection() {
  const { table, problem, load } = useRoles();
  if (problem && !table) return html`<${Failed} problem=${problem} onRetry=${load} />`;
  if (!table) return html`<${Waiting} />`;
  return html`
    <div class="administration">
      <${OwnRoles} table=${table} changed=${load} />
      <section aria-label="Who may do what">
        <h2>Who may do what</h2>
        <div class="rights-scroll" tabindex="0" role="region" aria-label="Rights of each role"><${Rights} table=${table} /></div>
      </section>
    </div>
  `;
}

/** @param {{table: RoleTable, changed: () => void}} props */
function OwnRoles({ table, changed }) {
  const own = table.roles.filter(({ id }) => id);
  return html`
    <section aria-label="Roles of this workspace">
      <h2>Roles of this workspace</h2>
      ${own.length === 0 && html`<p class="operations-none"><${Icon} name="people" />The built-in roles are all there are. Make one of your own for who needs something between them.</p>`}
      <ul class="admin-rows" aria-label="Roles of this workspace">${own.map((role) => html`<li key=${role.id}><${OwnRole} role=${role} table=${table} changed=${changed} /></li>`)}</ul>
      ${may('role.change') && html`<button type="button" class="button admin-make" onClick=${() => openDialog('role', { table, done: changed })}><${Icon} name="plus" />Make a role</button>`}
    </section>
  `;
}

/** @param {{role: Role, table: RoleTable, changed: () => void}} props */
function OwnRole({ role, table, changed }) {
  const mine = new Set(workspace.value?.rights ?? []);
  const mayChange = may('role.change') && role.rights.every((right) => mine.has(right));
  return html`
    <article class="admin-row" aria-label=${role.name}>
      <${Icon} name="checking" />
      <div class="admin-words"><h3>${role.name}</h3><p>${counted(role.rights.length, 'right')}, ${counted(role.holders, 'person has', 'people have')} it</p></div>
      ${mayChange && html`<div class="admin-actions">
        <button type="button" class="button" aria-label=${`Change ${role.name}`} onClick=${() => openDialog('role', { role, table, done: changed })}><${Icon} name="edit" />Change</button>
        <button type="button" class="button" aria-label=${`Delete ${role.name}`} onClick=${() => openDialog('delete-role', { role, done: changed })}><${Icon} name="trash" />Delete</button>
      </div>`}
    </article>
  `;
}

/** @param {{table: RoleTable}} props */
const Rights = ({ table: { rights, roles } }) => html`
  <table class="rights">
    <thead><tr><th scope="col">Right</th>${roles.map((role) => html`<th scope="col" key=${role.id ?? role.name}>${roleName(role)}<small>${role.holders}<span class="visually-hidden"> have it</span></small></th>`)}</tr></thead>
    <tbody>
      ${rights.map(({ name, meaning }) => html`
        <tr key=${name}>
          <th scope="row">${meaning}<code>${name}</code></th>
          ${roles.map((role) => html`<td key=${role.id ?? role.name} data-has=${role.rights.includes(name) || undefined}>${role.rights.includes(name) ? html`<${Icon} name="check" /><span class="visually-hidden">yes</span>` : html`<span aria-hidden="true">–</span><span class="visually-hidden">no</span>`}</td>`)}
        </tr>`)}
    </tbody>
  </table>
`;
