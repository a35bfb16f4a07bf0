// @ts-check
/** Dialogs about one file: deleting it, sharing it. */
import { html } from '../core/html.js';
import { deleteFile, factsOf } from '../state/file-actions.js';
import { toast } from '../state/notices.js';
import { SendOn } from './message.js';
import { Question } from './small.js';

/** @typedef {import('../state/files.js').File} File */

/** @param {{file: File}} props */
export function DeleteFile({ file }) {
  const run = () => deleteFile(file).then(() => toast(`${file.name} was deleted.`));
  return html`<${Question} title=${`Delete ${file.name}?`} action="Delete" stay="Keep it" run=${run}>It is taken out of every message that holds it, for everyone, and cannot be brought back.<//>`;
}

/** @param {{file: File}} props */
export const ShareFile = ({ file }) => html`
  <${SendOn} title="Share" fileIds=${[file.id]} done="Shared">
    <blockquote class="delivery-message"><p>${file.name}</p><footer>${factsOf(file)}</footer></blockquote>
  <//>
`;
