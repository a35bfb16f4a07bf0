// @ts-check
/** The beginning of a text or of code, coloured by its name's ending. */
import { html, useEffect, useState } from '../core/html.js';
import { counted } from '../core/words.js';
import { freshFile } from '../state/files.js';
import { Code } from '../text/code.js';
import { previewOf } from './picture.js';

const FEW = 8;

/** @param {{file: import('../state/files.js').File}} props */
export function TextHead({ file }) {
  const url = previewOf(file, 'head')?.url;
  const [text, setText] = useState(/** @type {string | null} */ (null));
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (url && text === null) read(file.id, url).then(setText, () => undefined);
  }, [Boolean(url)]);
  if (!url) return null;
  if (text === null) return html`<div class="text-head" aria-busy="true"><div class="skeleton text-head-wait" /></div>`;
  const lines = text.replace(/\n$/, '').split('\n');
  const all = Math.max(lines.length, file.media?.lines ?? 0);
  const shown = open ? lines : lines.slice(0, FEW);
  return html`
    <div class="text-head">
      <${Code} text=${shown.join('\n')} language=${endingOf(file.name)} />
      ${all > FEW && html`
        <p class="text-head-more">
          ${lines.length > FEW && html`<button type="button" class="text-button" aria-expanded=${open} onClick=${() => setOpen(!open)}>${open ? 'Show less' : 'Show more'}</button>`}
          <span>${all > shown.length ? `${shown.length} of ${counted(all, 'line')}` : counted(all, 'line')}</span>
        </p>`}
    </div>
  `;
}

/** @param {string} id @param {string} url */
async function read(id, url) {
  const answer = await fetch(url);
  if (answer.ok) return answer.text();
  const again = previewOf(await freshFile(id), 'head')?.url;
  return again ? (await fetch(again)).text() : '';
}

/** @param {string} name */
const endingOf = (name) => (/^(dockerfile|makefile)$/i.test(name) ? name : (/\.(\w+)$/.exec(name)?.[1] ?? ''));
