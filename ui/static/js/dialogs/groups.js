// @ts-check
/** The groups of a workspace: who is called by which handle. */
import { html, useState } from '../core/html.js';
import { counted, listed } from '../core/words.js';
import { deleteGroup, mayChangeGroups, saveGroup } from '../state/groups.js';
import { toast, toastProblem } from '../state/notices.js';
import { groups, nameOf, people } from '../state/store.js';
import { Avatar } from '../view/avatar.js';
import { Icon } from '../view/icon.js';
import { Dialog, openDialog } from './dialog.js';
import { Field, formError, Submit, useForm } from './form.js';
import { Listing, SearchField } from './listing.js';

const SHOWN = 100;

export const GroupsDialog = () => html`
  <${Dialog} title="Groups" class="tall" lead="A group is called by its handle: everyone in it is mentioned.">
    <${Listing} label="Groups" items=${groups.value} row=${(group) => html`<${Row} group=${group} />`}
      empty=${mayChangeGroups.value ? 'There is no group yet. Make one for a team or a shift.' : 'There is no group yet. The workspace’s owner can make one.'} />
    ${mayChangeGroups.value && html`<footer class="dialog-foot"><button type="button" class="button primary" onClick=${() => openDialog('group')}><${Icon} name="plus" />New group</button></footer>`}
  <//>
`;

/** @param {{group: import('../state/groups.js').Group}} props */
const Row = ({ group }) => html`
  <span class="listing-icon"><${Icon} name="people" /></span>
  <span class="listing-text"><b>${group.name}</b><small>@${group.handle} · ${group.user_ids.length ? listed(group.user_ids.map(nameOf), 3) : 'nobody yet'}</small></span>
  ${mayChangeGroups.value && html`<button type="button" class="button" onClick=${() => openDialog('group', { group })}>Edit<span class="visually-hidden"> ${group.name}</span></button>`}
`;

/** @param {{group?: import('../state/groups.js').Group}} props */
export function GroupDialog({ group }) {
  const [chosen, setChosen] = useState(new Set(group?.user_ids ?? []));
  const { busy, problem, onSubmit } = useForm(async ({ name, handle }) => {
    await saveGroup({ id: group?.id, name, handle, user_ids: [...chosen] });
    openDialog('groups');
  });
  const remove = async () => {
    const gone = /** @type {import('../state/groups.js').Group} */ (group);
    await deleteGroup(gone).then(() => {
      const undo = { label: 'Undo', run: () => saveGroup({ name: gone.name, handle: gone.handle, user_ids: gone.user_ids }).catch(toastProblem) };
      openDialog('groups');
      toast(`The group ${gone.name} is deleted.`, { action: undo });
    }, toastProblem);
  };
  return html`
    <${Dialog} title=${group ? `Edit ${group.name}` : 'New group'} class="tall">
      <form class="form group-form" onSubmit=${onSubmit}>
        <p class="form-error" role="alert">${formError(problem, ['name', 'handle'])}</p>
        <${Field} name="name" label="Name" problem=${problem} required maxlength="80" autofocus value=${group?.name} />
        <${Field} name="handle" label="Handle" problem=${problem} required maxlength="33" autocapitalize="none" spellcheck="false" value=${group?.handle} placeholder="such as design" />
        <${Members} chosen=${chosen} onChange=${setChosen} />
        <div class="form-actions">
          ${group && html`<button type="button" class="button danger" onClick=${remove}>Delete group</button>`}
          <button type="button" class="button" onClick=${() => openDialog('groups')}>Back</button>
          <${Submit} busy=${busy}>${group ? 'Save' : 'Make group'}<//>
        </div>
      </form>
    <//>
  `;
}

/** @param {{chosen: Set<string>, onChange: (chosen: Set<string>) => void}} props */
function Members({ chosen, onChange }) {
  const [words, setWords] = useState('');
  const wanted = words.toLowerCase().trim();
  const found = [...people.value]
    .filter(([, { name, handle }]) => name.toLowerCase().includes(wanted) || handle.includes(wanted))
    .sort(([a, one], [b, other]) => Number(chosen.has(b)) - Number(chosen.has(a)) || one.name.localeCompare(other.name));
  const toggle = (id) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChange(next);
  };
  return html`
    <fieldset class="group-people">
      <legend>People <small>${counted(chosen.size, 'person', 'people')}</small></legend>
      <${SearchField} label="Find a person" value=${words} onInput=${setWords} />
      <ul class="listing">
        ${found.slice(0, SHOWN).map(([id, { name, handle }]) => html`
          <li key=${id}><label><input type="checkbox" checked=${chosen.has(id)} onChange=${() => toggle(id)} /><${Avatar} userId=${id} name=${name} /><span class="listing-text"><b>${name}</b><small>@${handle}</small></span></label></li>`)}
      </ul>
      ${!found.length && html`<p class="listing-note" role="status">Nobody matches “${words}”.</p>`}
      ${found.length > SHOWN && html`<p class="listing-note">Type a name to find more.</p>`}
    </fieldset>
  `;
}
