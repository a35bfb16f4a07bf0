// @ts-check
/** Dialogs about one message: deleting it, its earlier versions, forwarding it. */
import { html, useEffect, useState } from '../core/html.js';
import { exactTime } from '../core/dates.js';
import { saidIn } from '../core/said.js';
import { linkTo, quoted, remove, versionsOf } from '../state/messages.js';
import { toast, toastProblem } from '../state/notices.js';
import { send } from '../state/outbox.js';
import { channels, nameOf, titleOf } from '../state/store.js';
import { workspace } from '../state/route.js';
import { closeDialog, Dialog } from './dialog.js';
import { Failed, Listing, SearchField, Waiting } from './listing.js';

/** @param {{message: import('../state/log.js').Entry}} props */
export function DeleteMessage({ message }) {
  const [busy, setBusy] = useState(false);
  const confirm = () => {
    setBusy(true);
    remove(message).then(closeDialog, (problem) => (setBusy(false), toastProblem(problem)));
  };
  return html`
    <${Dialog} title="Delete this message?" lead=${`Its ${message.file_ids ? 'text and files are' : 'text is'} erased for everyone and cannot be brought back.`}>
      <blockquote class="delivery-message"><p>${saidIn(message)}</p><footer>${nameOf(message.author_id)}, ${exactTime(message.created_at)}</footer></blockquote>
      <footer class="form-actions">
        <button type="button" class="button" onClick=${closeDialog}>Keep it</button>
        <button type="button" class="button danger" disabled=${busy} aria-busy=${busy ? 'true' : undefined} onClick=${confirm}>Delete</button>
      </footer>
    <//>
  `;
}

/** @param {{message: import('../state/log.js').Entry}} props */
export function Versions({ message }) {
  const [versions, setVersions] = useState(/** @type {any[] | null} */ (null));
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const load = () => void versionsOf(message).then(setVersions, setProblem);
  useEffect(load, [message.id]);
  return html`
    <${Dialog} title="Earlier versions" lead=${`What ${nameOf(message.author_id)} wrote, the newest first.`}>
      ${problem && html`<${Failed} problem=${problem} onRetry=${load} />`}
      ${!versions && !problem && html`<${Waiting} />`}
      ${versions && html`<ol class="versions">${versions.toReversed().map(({ text, at }, place) => html`
        <li key=${at}><small><time datetime=${at}>${exactTime(at)}</time>${place === 0 && ' · now'}</small><p>${text}</p></li>`)}</ol>`}
    <//>
  `;
}

/** @param {{message: import('../state/log.js').Entry}} props */
export function Forward({ message }) {
  const from = `> — ${nameOf(message.author_id)}, ${linkTo(message)}`;
  const text = message.text ? `${quoted(message)}\n${from}` : from;
  return html`
    <${SendOn} title="Forward" text=${text} fileIds=${message.file_ids} done="Forwarded">
      <blockquote class="delivery-message"><p>${saidIn(message)}</p><footer>${nameOf(message.author_id)}</footer></blockquote>
    <//>
  `;
}

/** Sends something on to another conversation, with a word of one's own. @param {{title: string, text?: string, fileIds?: string[], done: string, children: any}} props */
export function SendOn({ title, text = '', fileIds, done, children }) {
  const [words, setWords] = useState('');
  const [note, setNote] = useState('');
  const own = [...channels.value.values()].map((known) => known.value).filter(({ workspace_id }) => workspace_id === workspace.value?.id);
  const found = own.filter((channel) => titleOf(channel).toLowerCase().includes(words.trim().toLowerCase()));
  const forward = (channel) => {
    send(channel.id, [note.trim(), text].filter(Boolean).join('\n\n'), { file_ids: fileIds?.length ? fileIds : undefined });
    closeDialog();
    toast(`${done} to ${titleOf(channel)}.`);
  };
  return html`
    <${Dialog} title=${title} class="tall">
      ${children}
      <label class="field"><span>A word with it</span><input value=${note} onInput=${(event) => setNote(event.currentTarget.value)} autocomplete="off" /></label>
      <${SearchField} label="Find a conversation" value=${words} onInput=${setWords} />
      <${Listing} label="Conversations" items=${found} empty="No conversation matches." row=${(channel) => html`
        <span class="listing-text"><b>${titleOf(channel)}</b></span>
        <button type="button" class="button" onClick=${() => forward(channel)}>Send<span class="visually-hidden"> to ${titleOf(channel)}</span></button>`} />
    <//>
  `;
}
