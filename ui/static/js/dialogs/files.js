// @ts-check
/** Dialogs about one file: deleting it, sharing it, letting it out of quarantine. */
import { html } from '../core/html.js';
import { deleteFile, factsOf } from '../state/file-actions.js';
import { release } from '../state/file-operations.js';
import { toast } from '../state/notices.js';
import { closeDialog, Dialog } from './dialog.js';
import { Field, formError, useForm } from './form.js';
import { SendOn } from './message.js';
import { Question } from './small.js';

/** @typedef {import('../state/files.js').File} File */

/** @param {{file: File, done?: () => void}} props */
export function DeleteFile({ file, done }) {
  const run = () => deleteFile(file).then(() => (toast(`${file.name} was deleted.`), done?.()));
  return html`<${Question} title=${`Delete ${file.name}?`} action="Delete" stay="Keep it" run=${run}>It is taken out of every message that holds it, for everyone, and cannot be brought back.<//>`;
}

/** @param {{file: File}} props */
export const ShareFile = ({ file }) => html`
  <${SendOn} title="Share" fileIds=${[file.id]} done="Shared">
    <blockquote class="delivery-message"><p>${file.name}</p><footer>${factsOf(file)}</footer></blockquote>
  <//>
`;

/** What an owner takes upon them: a virus only with a reason and their word. @param {{file: import('../state/file-operations.js').Quarantined, done: () => void}} props */
export function ReleaseFile({ file, done }) {
  const { busy, problem, onSubmit } = useForm(async ({ reason, confirm }) => {
    await release(file.id, { reason, confirm: confirm === 'on' });
    toast(`${file.name} was released.`);
    done();
    closeDialog();
  });
  return html`
    <${Dialog} title=${`Release ${file.name}?`} lead=${file.verdict}>
      <form class="form" onSubmit=${onSubmit}>
        <p>${file.is_infected ? 'Everybody who sees it in a message can open it then. Only do this when you know that the scanner is wrong.' : 'Nobody has looked into it. Everybody who sees it in a message can open it then.'} It is put on record.</p>
        <${Field} name="reason" label=${file.is_infected ? 'Reason' : 'Reason (optional)'} problem=${problem} required=${file.is_infected} />
        ${file.is_infected && html`<label class="check"><input type="checkbox" name="confirm" required />I have checked it, and let it out although a virus was found</label>`}
        <p class="form-error" role="alert">${formError(problem, ['reason'])}</p>
        <div class="form-actions">
          <button type="button" class="button" onClick=${closeDialog}>Keep it in quarantine</button>
          <button type="submit" class="button danger" disabled=${busy} aria-busy=${busy ? 'true' : undefined}>Release</button>
        </div>
      </form>
    <//>
  `;
}
