// @ts-check
import { html } from '../core/html.js';
import { createChannel, createWorkspace } from '../state/actions.js';
import { closeDialog, Dialog, dialog } from './dialog.js';
import { Field, formError, Submit, useForm } from './form.js';

const NAME_MOST = 80;

/** The form for a first or a further workspace. */
export function WorkspaceForm() {
  const { busy, problem, onSubmit } = useForm(async ({ name }) => {
    await createWorkspace(name.trim());
    // The first workspace is shown as soon as the socket tells of it: by now another dialog may be open.
    if (dialog.peek()?.kind === 'create-workspace') closeDialog();
  });
  return html`
    <form class="form" onSubmit=${onSubmit} aria-label="Create a workspace">
      <p class="form-error" role="alert">${formError(problem, ['name'])}</p>
      <${Field} name="name" label="Name of the workspace" hint="Your company, club or family. You can invite people next." problem=${problem} required maxlength=${NAME_MOST} autofocus />
      <${Submit} busy=${busy}>Create workspace<//>
    </form>
  `;
}

export const CreateWorkspace = () => html`
  <${Dialog} title="Create a workspace" lead="A place of its own, with its own people and channels."><${WorkspaceForm} /><//>
`;

export function CreateChannel() {
  const { busy, problem, onSubmit } = useForm(async ({ name, kind }) => {
    await createChannel(name.trim(), /** @type {'public' | 'private'} */ (kind));
    closeDialog();
  });
  return html`
    <${Dialog} title="Create a channel" lead="For a topic, a team or a project.">
      <form class="form" onSubmit=${onSubmit}>
        <p class="form-error" role="alert">${formError(problem, ['name'])}</p>
        <${Field} name="name" label="Name" placeholder="such as launch or recipes" problem=${problem} required maxlength=${NAME_MOST} autofocus />
        <fieldset class="choices">
          <legend class="visually-hidden">Who can join</legend>
          <label class="choice"><input type="radio" name="kind" value="public" checked />Public<small>Everyone in the workspace can find and join it.</small></label>
          <label class="choice"><input type="radio" name="kind" value="private" />Private<small>Only people who are added see that it exists.</small></label>
        </fieldset>
        <${Submit} busy=${busy}>Create channel<//>
      </form>
    <//>
  `;
}
