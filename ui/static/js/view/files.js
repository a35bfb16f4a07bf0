// @ts-check
/** The files of a message: pictures beside each other, all else below, and what becomes of those that are not there yet. */
import { html, useEffect } from '../core/html.js';
import { openDialog } from '../dialogs/dialog.js';
import { download, downloadAll, factsOf, iconOf, isLost, isMine, stateWords } from '../state/file-actions.js';
import { fileOf, isClean, watch } from '../state/files.js';
import { ownPictures } from '../state/attachments.js';
import { me } from '../net/session.js';
import { copy, linkTo } from '../state/messages.js';
import { Icon } from './icon.js';
import { fitted, Picture, previewOf } from './picture.js';
import { Sound, Video } from './players.js';
import { Menu, MenuItem } from './popover.js';
import { TextHead } from './text-head.js';
import { may } from '../state/rights.js';

/** @typedef {import('../state/files.js').File} File */

const WIDE = 420;
const TALL = 320;
const TILE = 180;
const icon = (/** @type {string} */ name) => html`<${Icon} name=${name} />`;

/** @param {{entry: any}} props */
export function Files({ entry }) {
  if (!entry.file_ids?.length || entry.deleted_at) return null;
  return html`<${Held} entry=${entry} />`;
}

function Held({ entry }) {
  const ids = /** @type {string[]} */ (entry.file_ids);
  useEffect(() => {
    const stops = ids.map(watch);
    return () => stops.forEach((stop) => stop());
  }, [ids.join()]);
  const files = ids.map((id) => ({ id, file: fileOf(id).value }));
  const pictures = files.filter(({ file }) => file && isPicture(file));
  const others = files.filter(({ file }) => !file || !isPicture(file));
  const clean = files.map(({ file }) => file).filter((file) => isClean(file));
  return html`
    <div class="files" role="group" aria-label=${ids.length === 1 ? 'File' : `${ids.length} files`}>
      ${pictures.length > 0 && html`<div class="file-pictures" data-many=${pictures.length > 1 || undefined}>${pictures.map(({ id, file }) => html`<${PictureTile} key=${id} file=${file} entry=${entry} alone=${pictures.length === 1} />`)}</div>`}
      ${others.map(({ id, file }) => html`<${Other} key=${id} file=${file} entry=${entry} />`)}
      ${clean.length > 1 && html`<button type="button" class="text-button files-all" tabindex="-1" onClick=${() => downloadAll(/** @type {File[]} */ (clean))}>Download all ${clean.length}</button>`}
    </div>
  `;
}

/** Whether it is shown as a picture: previewed, or one of mine while it is checked. @param {File} file */
const isPicture = (file) => !isLost(file) && ((file.kind === 'image' && isClean(file) && Boolean(previewOf(file, 'thumb'))) || (!isClean(file) && ownPictures.has(file.id)));

/** @param {{file: File, entry: any, alone: boolean}} props */
function PictureTile({ file, entry, alone }) {
  const own = isClean(file) ? undefined : ownPictures.get(file.id);
  const preview = previewOf(file, alone ? 'large' : 'thumb') ?? previewOf(file, 'thumb');
  const size = alone ? fitted(file.media ?? preview, WIDE, TALL) : tile(file.media ?? preview);
  const words = stateWords(file);
  return html`
    <figure class="file-picture" data-state=${file.state}>
      ${own
        ? html`<img class="picture" src=${own} alt=${file.name} data-own height=${alone ? undefined : TILE} />`
        : html`
          <${Picture} file=${file} url=${preview?.url} ...${size} alt=${file.name} moves=${Boolean(file.media?.animated)} />
          <button type="button" class="file-open" aria-label=${`Open ${file.name}`} onClick=${() => openGallery(file, entry)} />`}
      ${words && html`<figcaption class="file-state">${icon('checking')}${words}</figcaption>`}
      ${isClean(file) && html`<div class="file-tools"><${FileMenu} file=${file} entry=${entry} /></div>`}
    </figure>
  `;
}

/** @param {{width?: number, height?: number} | undefined} size */
function tile(size) {
  const { width = 4, height = 3 } = size ?? {};
  return { width: Math.round(Math.max(0.6, Math.min(1.9, width / height)) * TILE), height: TILE };
}

/** @param {File} file @param {any} entry */
export const openGallery = (file, entry) => openDialog('gallery', { fileId: file.id, channelId: entry?.channel_id, rootId: entry?.kind === 'message.replied' ? entry.thread_root_id : undefined });

/** A file that is no picture. @param {{file: File | null | undefined, entry: any}} props */
function Other({ file, entry }) {
  if (file === undefined) return html`<div class="file-card" aria-busy="true"><span class="skeleton file-wait" /></div>`;
  if (file === null) return html`<p class="message-gone">This file is not available any more.</p>`;
  const clean = isClean(file);
  return html`
    <div class="file" data-state=${file.state} data-kind=${file.kind}>
      ${clean && file.kind === 'video' && file.url && html`<${Video} file=${file} most=${WIDE} tall=${TALL} />`}
      ${clean && file.kind === 'pdf' && previewOf(file, 'page') && html`<${Page} file=${file} entry=${entry} />`}
      <${Card} file=${file} entry=${entry} />
      ${clean && file.kind === 'audio' && file.url && html`<${Sound} file=${file} />`}
      ${clean && html`<${TextHead} file=${file} />`}
    </div>
  `;
}

/** The first page. */
function Page({ file, entry }) {
  const page = previewOf(file, 'page');
  const { width, height } = fitted(page, WIDE, 1.25 * TALL);
  return html`
    <figure class="file-picture file-page">
      <${Picture} file=${file} url=${page?.url} width=${width} height=${height} alt=${`First page of ${file.name}`} />
      <button type="button" class="file-open" aria-label=${`Open ${file.name}`} onClick=${() => openGallery(file, entry)} />
    </figure>`;
}

/** Name, size, what becomes of it, and what one can do. @param {{file: File, entry: any}} props */
export function Card({ file, entry }) {
  const words = stateWords(file);
  const lost = isLost(file);
  const bad = file.state === 'quarantined';
  return html`
    <div class="file-card">
      <span class="file-sign">${icon(bad ? 'shield' : lost ? 'alert' : iconOf(file))}</span>
      <div class="file-words">
        <b title=${file.name}>${file.name}</b>
        ${words && html`<small class="file-becomes" data-waits=${file.waiting || undefined}>${words}</small>`}
        ${!lost && html`<small>${factsOf(file)}${file.preview_failed && isClean(file) ? ' · no preview' : ''}</small>`}
      </div>
      ${isClean(file) && html`<button type="button" class="icon-button" tabindex="-1" aria-label=${`Download ${file.name}`} title="Download" onClick=${() => download(file)}>${icon('download')}</button>`}
      ${file.state !== 'deleted' && html`<${FileMenu} file=${file} entry=${entry} />`}
    </div>
  `;
}

/** All that can be done with a file. @param {{file: File, entry: any}} props */
export function FileMenu({ file, entry }) {
  const clean = isClean(file);
  const mayDelete = isMine(file) || may('file.delete_any');
  if (!clean && !mayDelete && !file.workflow?.url) return null;
  return html`
    <${Menu} class="icon-button" place="below end" label=${`More for ${file.name}`} button=${icon('more')}>
      ${clean && html`<${MenuItem} icon=${icon('download')} onClick=${() => download(file)}>Download<//>`}
      ${entry && navigator.clipboard && html`<${MenuItem} icon=${icon('link')} onClick=${() => copy(linkTo(entry), 'Link copied')}>Copy link<//>`}
      ${clean && html`<${MenuItem} icon=${icon('forward')} onClick=${() => openDialog('share-file', { file })}>Share to another channel<//>`}
      ${file.workflow?.url && html`<${MenuItem} icon=${icon('route')} onClick=${() => open(file.workflow?.url, '_blank', 'noopener')}>Its workflow<//>`}
      ${mayDelete && html`<hr /><${MenuItem} icon=${icon('trash')} danger onClick=${() => openDialog('delete-file', { file })}>${me.value?.id === file.uploader_id ? 'Delete' : 'Delete this file'}<//>`}
    <//>
  `;
}
