// @ts-check
/** What is asked of those who look after a workspace: a role, a stay, a removal, handing it over. */
import { html, useState } from '../core/html.js';
import { wallOf } from '../core/times.js';
import { deleteRole, keepRole, removeFromWorkspace, setStay, transferTo } from '../state/administration.js';
import { toast } from '../state/notices.js';
import { workspace } from '../state/route.js';
import { me } from '../net/session.js';
import { people } from '../state/store.js';
import { closeDialog, Dialog } from './dialog.js';
import { Field, formError, Submit, useForm } from './form.js';
import { Question } from './small.js';

const EVERYBODYS = 'message.send';
const OWNERS = 'workspace.transfer';

/** @param {{role?: import('../state/administration.js').Role, table: import('../state/administration.js').RoleTable, done: () => void}} props */
export function RoleDialog({ role, table, done }) {
  const [chosen, setChosen] = useState(new Set(role?.rights ?? [EVERYBODYS]));
  const mine = new Set(workspace.value?.rights ?? []);
  const toggle = (name) => setChosen((known) => new Set(known.has(name) ? [...known].filter((one) => one !== name) : [...known, name]));
  const { busy, problem, onSubmit } = useForm(async ({ name }) => {
    await keepRole(role?.id ?? null, { name, rights: [...chosen] });
    closeDialog();
    toast(role ? `${name} is changed, for everybody who has it.` : `${name} is made. Give it to people under Members.`);
    done();
  });
  return html`
    <${Dialog} title=${role ? `Change ${role.name}` : 'Make a role'} lead="A role has no more rights than who makes it.">
      <form class="form role-form" onSubmit=${onSubmit}>
        <p class="form-error" role="alert">${formError(problem, ['name'])}</p>
        <${Field} name="name" label="Name" problem=${problem} required maxlength="80" autofocus value=${role?.name} />
        <fieldset class="choices role-rights" tabindex="0">
          <legend>Rights</legend>
          ${table.rights.filter(({ name }) => name !== OWNERS).map(({ name, meaning }) => html`
            <label class="choice" key=${name}><input type="checkbox" checked=${chosen.has(name)} disabled=${name === EVERYBODYS || !mine.has(name)} onChange=${() => toggle(name)} />${meaning}${!mine.has(name) && html`<small>You do not have this right.</small>`}</label>`)}
        </fieldset>
        <${Submit} busy=${busy}>${role ? 'Save' : 'Make the role'}<//>
      </form>
    <//>
  `;
}

/** @param {{role: import('../state/administration.js').Role, done: () => void}} props */
export const DeleteRole = ({ role, done }) => html`
  <${Question} title=${`Delete ${role.name}?`} action="Delete role" stay="Keep it" run=${() => deleteRole(/** @type {string} */ (role.id)).then(done)}>
    ${role.holders ? `Whoever has it (${role.holders}) is a member from then on.` : 'Nobody has it.'}
  <//>
`;

/** @param {{member: import('../state/administration.js').Member, done: () => void}} props */
export const RemoveMember = ({ member, done }) => html`
  <${Question} title=${`Remove ${member.name}?`} action="Remove" stay="Keep them" run=${() => removeFromWorkspace(member.user_id).then(done)}>
    They leave all channels and conversations of ${workspace.value?.name} at once. What they wrote stays.
  <//>
`;

/** @param {{member: import('../state/administration.js').Member, done: () => void}} props */
export function StayDialog({ member, done }) {
  const { busy, problem, onSubmit } = useForm(async ({ ends_at: wall }) => {
    await setStay(member.user_id, wall ? new Date(wall).toISOString() : null);
    closeDialog();
    done();
  });
  return html`
    <${Dialog} title=${`The stay of ${member.name}`} lead="They are told three days before it ends, and refused from that moment on.">
      <form class="form" onSubmit=${onSubmit}>
        <p class="form-error" role="alert">${formError(problem, ['ends_at'])}</p>
        <${Field} name="ends_at" label="Ends at" type="datetime-local" hint="Empty: it has no end." problem=${problem} value=${member.ends_at ? wallOf(member.ends_at) : ''} />
        <${Submit} busy=${busy}>Save<//>
      </form>
    <//>
  `;
}

export function TransferDialog() {
  const others = [...people.value].filter(([id, { role, kind }]) => id !== me.value?.id && role !== 'guest' && role !== 'bot' && kind !== 'bot').sort(([, a], [, b]) => a.name.localeCompare(b.name));
  const { busy, problem, onSubmit } = useForm(async ({ user_id: userId, password, code }) => {
    await transferTo(userId, { password, ...(code && { code }) });
    closeDialog();
    toast(`${people.peek().get(userId)?.name} owns ${workspace.peek()?.name} now. You are an admin.`);
  });
  return html`
    <${Dialog} title=${`Hand over ${workspace.value?.name}`} lead="Somebody else becomes its owner, and you an admin.">
      <form class="form" onSubmit=${onSubmit}>
        <p class="form-error" role="alert">${formError(problem, ['password', 'code'])}</p>
        <label class="field"><span>New owner</span><select class="input" name="user_id" required>
          <option value="">Choose somebody</option>
          ${others.map(([id, { name }]) => html`<option key=${id} value=${id}>${name}</option>`)}
        </select></label>
        <${Field} name="password" label="Your password" type="password" autocomplete="current-password" problem=${problem} />
        <${Field} name="code" label="Code of your authenticator, if you have one" inputmode="numeric" problem=${problem} />
        <${Submit} busy=${busy}>Hand over<//>
      </form>
    <//>
  `;
}
