// @ts-check
import { html } from '../core/html.js';
import { createChannel } from '../state/actions.js';
import { closeDialog, Dialog } from './dialog.js';
import { Field, formError, Submit, useForm } from './form.js';

const NAME_MOST = 80;

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
