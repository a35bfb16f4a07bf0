// @ts-check
/** The files that are to go with what one writes: how far each is, and what can be done with it. */
import { html, useComputed } from '../core/html.js';
import { shareWords, sizeWords } from '../core/sizes.js';
import { counted } from '../core/words.js';
import { attachedTo, detach, pause, resume } from '../state/attachments.js';
import { iconOf } from '../state/file-actions.js';
import { Icon } from './icon.js';

/** @typedef {import('../state/attachments.js').Attachment} Attachment */

/** @param {{place: string}} props */
export function Attachments({ place }) {
  const files = attachedTo(place);
  if (!files.length) return null;
  return html`
    <ul class="attachments" aria-label=${counted(files.length, 'attached file')}>
      ${files.map((file) => html`<${Tile} key=${file.peek().key} file=${file} />`)}
    </ul>
  `;
}

/** @param {{file: import('../state/attachments.js').AttachmentSignal}} props */
function Tile({ file }) {
  const one = file.value;
  const { key, name, state, thumb } = one;
  const remove = (event) => {
    const next = event.currentTarget.closest('form')?.querySelector('textarea');
    detach(key);
    next?.focus();
  };
  return html`
    <li class="attachment" data-state=${state}>
      ${thumb ? html`<img class="attachment-face" src=${thumb} alt="" />` : html`<span class="attachment-face"><${Icon} name=${iconOf({ kind: guessed(one) })} /></span>`}
      <div class="attachment-words">
        <b title=${name}>${name}</b>
        <${Progress} file=${file} />
      </div>
      <div class="attachment-actions">
        ${['uploading', 'queued', 'stalled'].includes(state) && html`<button type="button" class="icon-button" aria-label=${`Pause ${name}`} title="Pause" onClick=${() => pause(key)}><${Icon} name="pause" /></button>`}
        ${state === 'paused' && html`<button type="button" class="icon-button" aria-label=${`Resume ${name}`} title="Resume" onClick=${() => resume(key)}><${Icon} name="play" /></button>`}
        ${state === 'failed' && one.size > 0 && !one.problem?.startsWith('Larger') && html`<button type="button" class="text-button" onClick=${() => resume(key)}>Try again<span class="visually-hidden"> to upload ${name}</span></button>`}
        <button type="button" class="icon-button" aria-label=${`Remove ${name}`} title=${state === 'done' || state === 'failed' ? 'Remove' : 'Cancel'} onClick=${remove}><${Icon} name="close" /></button>
      </div>
    </li>
  `;
}

/** Bar and words of one upload. */
function Progress({ file }) {
  const words = useComputed(() => progressWords(file.value));
  const { name, state, sent, size } = file.value;
  if (state === 'done') return html`<small>${sizeWords(size)}</small>`;
  if (state === 'failed') return html`<small class="attachment-problem" role="alert">${file.value.problem}</small>`;
  return html`
    <progress class="attachment-bar" max=${size || 1} value=${sent} aria-label=${`Upload of ${name}`} />
    <small>${words.value}</small>
  `;
}

/** @param {Attachment} file */
function progressWords({ state, sent, size, speed, problem }) {
  const share = shareWords(sent, size);
  if (state === 'queued') return `Waiting · ${sizeWords(size)}`;
  if (state === 'paused') return `Paused at ${share} of ${sizeWords(size)}`;
  if (state === 'stalled') return `${share} · ${problem}`;
  return `${share} of ${sizeWords(size)}${speed ? ` · ${sizeWords(Math.round(speed))}/s` : ''}`;
}

/** The kind that a name and the browser's guess suggest: only for a sign beside it. @param {Attachment} file */
function guessed({ type, name }) {
  if (type === 'application/pdf') return 'pdf';
  if (/zip|compressed|tar$/.test(type) || /\.(zip|gz|7z|rar|xz)$/i.test(name)) return 'archive';
  const family = type.split('/')[0];
  return ['image', 'video', 'audio', 'text'].includes(family) ? family : 'other';
}
