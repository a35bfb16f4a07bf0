// @ts-check
/** One picture or video at a time over everything, and the way to the next. */
import { html, useEffect, useLayoutEffect, useRef, useState } from '../core/html.js';
import { exactTime } from '../core/dates.js';
import { counted } from '../core/words.js';
import { download, factsOf } from '../state/file-actions.js';
import { fileOf } from '../state/files.js';
import { shownIn } from '../state/gallery.js';
import { announce } from '../state/notices.js';
import { openMessage } from '../state/route.js';
import { nameOf } from '../state/store.js';
import { showThread } from '../state/threads.js';
import { Icon } from '../view/icon.js';
import { useLatched } from '../view/latched.js';
import { previewOf } from '../view/picture.js';
import { Video } from '../view/players.js';
import { useZoom } from '../view/zoom.js';
import { closeDialog } from './dialog.js';

/** What browsers show by themselves, so that zooming in may load it as it is. */
const SHOWN = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif'];
const icon = (/** @type {string} */ name) => html`<${Icon} name=${name} />`;

/** @typedef {import('../state/files.js').File} File */

/** @param {{fileId: string, channelId?: string, rootId?: string, ids?: string[]}} props */
export function Gallery({ fileId, channelId, rootId, ids }) {
  const dialog = useRef(/** @type {any} */ (null));
  const stage = useRef(/** @type {any} */ (null));
  const [id, setId] = useState(fileId);
  const all = shownIn({ channelId, rootId, ids });
  const at = all.findIndex(({ file }) => file.id === id);
  const { file, entry } = all[at] ?? { file: fileOf(id).value };
  const zoom = useZoom(id, stage);
  useLayoutEffect(() => {
    const opener = /** @type {any} */ (document.activeElement);
    dialog.current.showModal();
    stage.current?.focus();
    return () => opener?.isConnected && opener.focus({ preventScroll: true });
  }, []);
  useEffect(() => void (file && at >= 0 && announce(`${file.name}, ${at + 1} of ${all.length}`)), [id]);
  const go = (by) => {
    const next = all[at + by];
    if (next) setId(next.file.id);
  };
  const keys = (event) => {
    const act = file && actionOf(event, { go, zoom, file });
    if (!act) return;
    event.preventDefault();
    act();
  };
  return html`
    <dialog class="gallery" ref=${dialog} aria-label=${file?.name ?? 'Gallery'} onClose=${closeDialog} onKeyDown=${keys}>
      ${file && html`<${Head} file=${file} entry=${entry} place=${all.length > 1 && at >= 0 ? `${at + 1} of ${all.length}` : ''} zoom=${zoom} />`}
      <div class="gallery-stage" ref=${stage} tabindex="-1" data-zoomed=${zoom.view.scale > 1 || undefined} ...${zoom.handlers}>
        ${file ? html`<${Subject} key=${id} file=${file} view=${zoom.view} />` : html`<p class="gallery-gone">This file is not available any more.</p>`}
      </div>
      ${at > 0 && html`<button type="button" class="gallery-step" data-way="back" aria-label="Previous" title="Previous (←)" onClick=${() => go(-1)}>${icon('back')}</button>`}
      ${at >= 0 && at < all.length - 1 && html`<button type="button" class="gallery-step" data-way="on" aria-label="Next" title="Next (→)" onClick=${() => go(1)}>${icon('next')}</button>`}
    </dialog>
  `;
}

/** @param {KeyboardEvent} event @param {{go: (by: number) => void, zoom: ReturnType<typeof useZoom>, file: File}} way */
function actionOf({ key, target, ctrlKey, metaKey, altKey }, { go, zoom, file }) {
  if (ctrlKey || metaKey || altKey) return null;
  // A player that has the focus keeps the arrows for seeking.
  const seeks = /** @type {HTMLElement} */ (target).matches('video');
  if (key === 'ArrowRight' && !seeks) return () => go(1);
  if (key === 'ArrowLeft' && !seeks) return () => go(-1);
  if (key === '+' || key === '=') return zoom.larger;
  if (key === '-') return zoom.smaller;
  if (key === '0') return zoom.whole;
  return key.toLowerCase() === 'd' ? () => download(file) : null;
}

function Head({ file, entry, place, zoom }) {
  const open = () => {
    closeDialog();
    const inThread = entry?.kind === 'message.replied';
    openMessage(entry ? { id: inThread ? entry.thread_root_id : entry.id, channel_id: entry.channel_id } : { id: file.message_id, channel_id: file.channel_ids[0] });
    if (inThread) showThread(entry.thread_root_id, entry.channel_id);
  };
  const hasMessage = Boolean(entry || (file.message_id && file.channel_ids?.length));
  const note = file.kind === 'pdf' && (file.media?.pages ?? 1) > 1 ? `The first of ${counted(file.media.pages, 'page')}` : '';
  return html`
    <header class="gallery-head">
      <div class="gallery-words">
        <h2>${file.name}</h2>
        <small>${[nameOf(file.uploader_id), exactTime(file.created_at), note || factsOf(file), place].filter(Boolean).join(' · ')}</small>
      </div>
      ${file.kind !== 'video' && html`
        <button type="button" class="icon-button" aria-label="Smaller" title="Smaller (−)" disabled=${zoom.view.scale <= 1} onClick=${zoom.smaller}>${icon('zoomOut')}</button>
        <button type="button" class="icon-button" aria-label="Larger" title="Larger (+)" onClick=${zoom.larger}>${icon('zoomIn')}</button>`}
      <button type="button" class="icon-button" aria-label="Download" title="Download (D)" onClick=${() => download(file)}>${icon('download')}</button>
      ${hasMessage && html`<button type="button" class="icon-button" aria-label="Go to message" title="Go to message" onClick=${open}>${icon('message')}</button>`}
      <button type="button" class="icon-button" aria-label="Close" title="Close (Esc)" onClick=${closeDialog}>${icon('close')}</button>
    </header>
  `;
}

/** @param {{file: File, view: import('../view/zoom.js').View}} props */
function Subject({ file, view }) {
  if (file.kind === 'video') return html`<${Video} file=${file} most=${Math.max(320, innerWidth - 32)} tall=${Math.max(200, innerHeight - 140)} />`;
  return html`<${Zoomed} file=${file} view=${view} />`;
}

/** A picture, as it is once one looks closer. */
function Zoomed({ file, view: { scale, x, y } }) {
  const [close, setClose] = useState(false);
  useEffect(() => void (scale > 1.5 && SHOWN.includes(file.mime_type) && setClose(true)), [scale > 1.5]);
  const preview = previewOf(file, file.kind === 'pdf' ? 'page' : 'large') ?? previewOf(file, 'thumb');
  const { src, onError, failed } = useLatched(file.id, (close ? file.url : preview?.url) ?? file.url);
  const { width, height } = file.media?.width ? file.media : (preview ?? {});
  if (failed) return html`<p class="gallery-gone">${file.name} could not be loaded. Download it instead.</p>`;
  return html`<img class="gallery-picture" src=${src} alt=${file.name} width=${width || undefined} height=${height || undefined} draggable=${false} onError=${onError}
    style=${{ transform: `translate(${x}px, ${y}px) scale(${scale})` }} />`;
}
