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
  const { busy, problem, onSubmit } = useForm(async ({ name, show_seen, link_previews, groups_by }) => {
    const changes = { name, show_seen: show_seen === 'on', link_previews: link_previews === 'on', groups_by };
    const kept = await call('PATCH', `/workspaces/${here?.id}`, changes);
    patchWorkspace(here?.id ?? '', { name: kept.name, show_seen: kept.show_seen, link_previews: kept.link_previews, groups_by: kept.groups_by });
    closeDialog();
    toast('The settings are saved.');
  });
  return html`
    <${Dialog} title="Workspace settings" lead="For everyone in this workspace.">
      <form class="form" onSubmit=${onSubmit}>
        <p class="form-error" role="alert">${formError(problem, ['name'])}</p>
        <${Field} name="name" label="Name" problem=${problem} required maxlength="80" autofocus value=${here?.name} />
        <label class="choice"><input type="checkbox" name="show_seen" checked=${here?.show_seen !== false} />Show who has seen a message<small>Off: messages say “delivered” at most, and nobody learns what others have read.</small></label>
        <label class="choice"><input type="checkbox" name="link_previews" checked=${here?.link_previews !== false} />Show what links lead to<small>The server looks it up from public addresses; browsers ask no other site.</small></label>
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
