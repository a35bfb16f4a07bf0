// @ts-check
/** Sections of the side: making and naming one, and which one a channel belongs to. */
import { html } from '../core/html.js';
import { toastProblem } from '../state/notices.js';
import { changeSection, createSection, ownSections, prefer } from '../state/sidebar.js';
import { titleOf } from '../state/store.js';
import { Icon } from '../view/icon.js';
import { closeDialog, Dialog, openDialog } from './dialog.js';
import { Field, formError, Submit, useForm } from './form.js';

const NAME_MOST = 80;

/** @param {{channel?: import('../state/store.js').Channel}} props what to put into it */
export const NewSection = ({ channel }) => html`
  <${Named} title="New section" lead=${channel ? `For ${titleOf(channel)}. Only you see your sections.` : 'Only you see your sections.'} action="Make section" save=${(name) => createSection(name, channel)} />
`;

/** @param {{section: import('../state/sidebar.js').Section}} props */
export const RenameSection = ({ section: { id, title } }) => html`
  <${Named} title="Rename section" action="Rename" value=${title} save=${(name) => changeSection(id, { name })} />
`;

/** @param {{title: string, action: string, save: (name: string) => Promise<unknown>, lead?: string, value?: string}} props */
function Named({ title, action, save, lead, value = '' }) {
  const { busy, problem, onSubmit } = useForm(async ({ name }) => {
    await save(name.trim());
    closeDialog();
  });
  return html`
    <${Dialog} title=${title} lead=${lead}>
      <form class="form" onSubmit=${onSubmit}>
        <p class="form-error" role="alert">${formError(problem, ['name'])}</p>
        <${Field} name="name" label="Name" placeholder="such as Projects" defaultValue=${value} problem=${problem} required maxlength=${NAME_MOST} autofocus />
        <${Submit} busy=${busy}>${action}<//>
      </form>
    <//>
  `;
}

/** @param {{channel: import('../state/store.js').Channel}} props */
export function MoveChannel({ channel }) {
  const move = (preferences) => {
    closeDialog();
    prefer(channel, { starred: false, ...preferences }).catch(toastProblem);
  };
  const at = channel.starred ? 'starred' : channel.section_id;
  return html`
    <${Dialog} title=${`Move ${titleOf(channel)}`} lead="To a section of your side.">
      <ul class="listing" aria-label="Sections">
        <${Target} title="Starred" here=${at === 'starred'} onChoose=${() => move({ starred: true })} />
        ${ownSections.value.map(({ id, name }) => html`<${Target} key=${id} title=${name} here=${at === id} onChoose=${() => move({ section_id: id })} />`)}
        <${Target} title="No section" here=${!at} onChoose=${() => move({ section_id: null })} />
      </ul>
      <footer class="dialog-foot"><button type="button" class="button" onClick=${() => openDialog('new-section', { channel })}><${Icon} name="plus" />New section</button></footer>
    <//>
  `;
}

const Target = ({ title, here, onChoose }) => html`
  <li><span class="listing-text"><b>${title}</b></span>
    ${here ? html`<span class="listing-note">It is here.</span>` : html`<button type="button" class="button" onClick=${onChoose}>Move<span class="visually-hidden"> to ${title}</span></button>`}
  </li>
`;
