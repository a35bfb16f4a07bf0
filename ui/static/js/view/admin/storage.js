// @ts-check
/** What the files of a workspace take: of how much, by kind, by person, the largest. */
import { html } from '../../core/html.js';
import { longDate } from '../../core/dates.js';
import { shareWords, sizeWords } from '../../core/sizes.js';
import { counted } from '../../core/words.js';
import { Failed, useChosen, Waiting } from '../../dialogs/listing.js';
import { useStorage } from '../../state/console.js';
import { toastProblem } from '../../state/notices.js';
import { may } from '../../state/rights.js';
import { openAdmin } from '../../state/route.js';
import { nameOf } from '../../state/store.js';
import { startExport } from '../../state/workflows.js';
import { Avatar } from '../avatar.js';
import { Icon } from '../icon.js';

const KINDS = { image: 'Pictures', video: 'Videos', audio: 'Sound', pdf: 'PDF', document: 'Documents', text: 'Texts', archive: 'Archives', other: 'Others' };

export function StorageSection() {
  const { found, problem, load } = useStorage();
  if (problem && !found) return html`<${Failed} problem=${problem} onRetry=${load} />`;
  if (!found) return html`<${Waiting} />`;
  const { quota_bytes: quota, used_bytes: used, kinds, uploaders, largest, sweep } = found;
  const most = Math.max(1, ...kinds.map(({ bytes }) => bytes));
  return html`
    <div class="console">
      <section aria-label="Used"><h2>Used</h2>
        <p class="store-used" id="storage-used"><b>${sizeWords(used)}</b> of ${sizeWords(quota)}, ${shareWords(used, quota)}</p>
        <progress class="operations-bar" max="1" value=${Math.min(1, used / quota)} aria-labelledby="storage-used" />
      </section>
      <section aria-label="By kind"><h2>By kind</h2>
        ${kinds.length ? html`<ul class="console-bars">${kinds.map(({ kind, files, bytes }) => html`
          <li key=${kind}><span id=${`kind-${kind}`}>${KINDS[kind] ?? kind}</span><progress class="operations-bar" max=${most} value=${bytes} aria-labelledby=${`kind-${kind}`} /><span>${sizeWords(bytes)} <small>${counted(files, 'file')}</small></span></li>`)}</ul>` : html`<${Nothing} />`}
      </section>
      <section aria-label="By person"><h2>By person</h2>
        ${uploaders.length ? html`<ul class="account-list">${uploaders.map(({ user_id: id, files, bytes }) => html`
          <li key=${id}><article class="account-fact"><${Avatar} userId=${id} side=${64} /><b>${nameOf(id)}</b><span>${sizeWords(bytes)} <small>${counted(files, 'file')}</small></span></article></li>`)}</ul>` : html`<${Nothing} />`}
      </section>
      <section aria-label="Largest files"><h2>Largest files</h2>
        ${largest.length ? html`<ul class="account-list">${largest.map(({ id, kind, size, uploader_id: by, created_at: at, messages }) => html`
          <li key=${id}><article class="account-fact"><${Icon} name="file" /><div><b>${KINDS[kind] ?? kind}</b><p>Of ${nameOf(by)}, ${longDate(at)} · ${messages ? `in ${counted(messages, 'message')}` : 'in no message'}</p></div><span>${sizeWords(size)}</span></article></li>`)}</ul>` : html`<${Nothing} />`}
      </section>
      <section aria-label="Take it along"><h2>Take it along</h2><${TakeAlong} /></section>
      <section aria-label="By itself"><h2>What is done by itself</h2><ul class="console-words">${sweep.map((words) => html`<li key=${words}>${words}</li>`)}</ul></section>
    </div>
  `;
}

/** Messages as JSON lines in a zip: an export is a workflow, and is watched as one. */
function TakeAlong() {
  const begin = (/** @type {'mine' | 'public'} */ channels) => async () => openAdmin('workflows', await startExport(channels));
  const mine = useChosen(begin('mine'), toastProblem);
  const everybodys = useChosen(begin('public'), toastProblem);
  const button = ({ busy, choose }, words) => html`<button type="button" class="button" disabled=${busy} aria-busy=${busy ? 'true' : undefined} onClick=${choose}><${Icon} name="download" />${words}</button>`;
  return html`
    <p class="account-words">The messages of channels as JSON lines in a zip, with the names of files and without their contents. It is packed behind your back, and kept for some hours.</p>
    <div class="admin-actions">${button(mine, 'My channels')}${may('workspace.change') && button(everybodys, 'All public channels')}</div>
  `;
}

const Nothing = () => html`<p class="operations-none"><${Icon} name="check" />Nobody has uploaded a file yet.</p>`;
