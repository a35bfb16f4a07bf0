// @ts-check
/** Editing a message where it stands. */
import { html } from '../core/html.js';
import { editing, saveEdit } from '../state/messages.js';
import { toastProblem } from '../state/notices.js';
import { Composer } from './composer.js';

/** @param {{entry: import('../state/log.js').Entry}} props */
export function EditInPlace({ entry }) {
  const done = () => void (editing.value = null);
  const save = async (text) => {
    if (text === entry.text) return done();
    await saveEdit(entry, text).catch(toastProblem);
    return undefined;
  };
  return html`<${Composer} channelId=${entry.channel_id} title="Edit message" initialText=${entry.text} mayBeEmpty=${Boolean(entry.file_ids?.length)} onSend=${save} onCancel=${done} />`;
}
