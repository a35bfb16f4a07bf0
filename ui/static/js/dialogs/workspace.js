// @ts-check
/** A workspace's settings, for its owner. */
import { html } from '../core/html.js';
import { call } from '../net/http.js';
import { workspace } from '../state/route.js';
import { patchWorkspace } from '../state/store.js';
import { toast } from '../state/notices.js';
import { Icon } from '../view/icon.js';
import { closeDialog, Dialog, openDialog } from './dialog.js';
import { Field, formError, Submit, useForm } from './form.js';

const CONTENT = [
  ['full', 'Who wrote where, and the text', 'It passes the mail and push services of the receivers.'],
  ['sender', 'Who wrote where', 'The text stays here.'],
  ['nothing', 'Only that there is something', 'Not even a name leaves.'],
];

export function WorkspaceSettings() {
  const here = workspace.value;
  const { busy, problem, onSubmit } = useForm(async ({ name, show_seen, link_previews, ...choices }) => {
    const changes = { name, show_seen: show_seen === 'on', link_previews: link_previews === 'on', ...choices };
    const kept = await call('PATCH', `/workspaces/${here?.id}`, changes);
    patchWorkspace(kept.id, kept);
    closeDialog();
    toast('The settings are saved.');
  });
  return html`
    <${Dialog} title="Workspace settings" lead="For everyone in this workspace.">
      <form class="form" onSubmit=${onSubmit}>
        <p class="form-error" role="alert">${formError(problem, ['name'])}</p>
        <${Field} name="name" label="Name" problem=${problem} required maxlength="80" autofocus value=${here?.name} />
        <label class="choice"><input type="checkbox" name="show_seen" defaultChecked=${here?.show_seen !== false} />Show who has seen a message<small>Off: messages say “delivered” at most, and nobody learns what others have read.</small></label>
        <label class="choice"><input type="checkbox" name="link_previews" defaultChecked=${here?.link_previews !== false} />Show what links lead to<small>The server looks it up from public addresses; browsers ask no other site.</small></label>
        <fieldset class="choices">
          <legend>Who makes and changes groups</legend>
          <label class="choice"><input type="radio" name="groups_by" value="members" defaultChecked=${here?.groups_by !== 'owners'} />Every member</label>
          <label class="choice"><input type="radio" name="groups_by" value="owners" defaultChecked=${here?.groups_by === 'owners'} />Owners only</label>
        </fieldset>
        <fieldset class="choices">
          <legend>Who may send urgent messages</legend>
          <p class="notify-note">They notify also those who do not want to be disturbed.</p>
          <label class="choice"><input type="radio" name="urgent_by" value="owners" defaultChecked=${here?.urgent_by !== 'members'} />Owners only</label>
          <label class="choice"><input type="radio" name="urgent_by" value="members" defaultChecked=${here?.urgent_by === 'members'} />Every member</label>
        </fieldset>
        <fieldset class="choices">
          <legend>What pushes and e-mails say</legend>
          ${CONTENT.map(([value, words, hint]) => html`
            <label class="choice" key=${value}><input type="radio" name="notification_content" value=${value} defaultChecked=${(here?.notification_content ?? 'full') === value} />${words}<small>${hint}</small></label>`)}
        </fieldset>
        <fieldset class="choices">
          <legend>When somebody has their account erased</legend>
          <label class="choice"><input type="radio" name="erased_messages" value="choose" defaultChecked=${(here?.erased_messages ?? 'choose') === 'choose'} />They choose what becomes of their messages</label>
          <label class="choice"><input type="radio" name="erased_messages" value="keep" defaultChecked=${here?.erased_messages === 'keep'} />Messages stay, under “Deleted person”</label>
          <label class="choice"><input type="radio" name="erased_messages" value="delete" defaultChecked=${here?.erased_messages === 'delete'} />Messages are deleted</label>
        </fieldset>
        <button type="button" class="button" onClick=${() => openDialog('notification-defaults')}><${Icon} name="bell" />Notifications of everyone…</button>
        <${Submit} busy=${busy}>Save<//>
      </form>
    <//>
  `;
}
