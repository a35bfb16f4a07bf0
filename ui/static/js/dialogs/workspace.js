// @ts-check
/** A workspace's settings, for its owner. */
import { html } from '../core/html.js';
import { call } from '../net/http.js';
import { workspace } from '../state/route.js';
import { patchWorkspace } from '../state/store.js';
import { toast } from '../state/notices.js';
import { closeDialog, Dialog } from './dialog.js';
import { Field, formError, Submit, useForm } from './form.js';

export function WorkspaceSettings() {
  const here = workspace.value;
  const { busy, problem, onSubmit } = useForm(async ({ name, show_seen: seen, groups_by }) => {
    const changes = { name, show_seen: seen === 'on', groups_by };
    const { name: kept, show_seen, groups_by: by } = await call('PATCH', `/workspaces/${here?.id}`, changes);
    patchWorkspace(here?.id ?? '', { name: kept, show_seen, groups_by: by });
    closeDialog();
    toast('The settings are saved.');
  });
  return html`
    <${Dialog} title="Workspace settings" lead="For everyone in this workspace.">
      <form class="form" onSubmit=${onSubmit}>
        <p class="form-error" role="alert">${formError(problem, ['name'])}</p>
        <${Field} name="name" label="Name" problem=${problem} required maxlength="80" autofocus value=${here?.name} />
        <label class="choice"><input type="checkbox" name="show_seen" checked=${here?.show_seen !== false} />Show who has seen a message<small>Off: messages say “delivered” at most, and nobody learns what others have read.</small></label>
        <fieldset class="choices">
          <legend>Who makes and changes groups</legend>
          <label class="choice"><input type="radio" name="groups_by" value="members" checked=${here?.groups_by !== 'owners'} />Every member</label>
          <label class="choice"><input type="radio" name="groups_by" value="owners" checked=${here?.groups_by === 'owners'} />Owners only</label>
        </fieldset>
        <${Submit} busy=${busy}>Save<//>
      </form>
    <//>
  `;
}
