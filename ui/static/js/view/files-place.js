// @ts-check
/** All files of a workspace, or of one channel, that one may see: by kind, person, channel and words of their names. */
import { html, useEffect, useRef, useState } from '../core/html.js';
import { dayName, exactTime } from '../core/dates.js';
import { keep, recall } from '../core/storage.js';
import { openDialog } from '../dialogs/dialog.js';
import { Failed, Waiting } from '../dialogs/listing.js';
import { factsOf, iconOf, stateWords } from '../state/file-actions.js';
import { useFileList } from '../state/file-list.js';
import { fileOf } from '../state/files.js';
import { isShowable } from '../state/gallery.js';
import { closePanel } from '../state/panel.js';
import { openMessage, workspace } from '../state/route.js';
import { channels, isTalk, nameOf, people, titleOf } from '../state/store.js';
import { FileMenu } from './files.js';
import { Place } from './gathered.js';
import { Icon } from './icon.js';
import { Picture, previewOf } from './picture.js';

/** @typedef {import('../state/files.js').File} File */

const KINDS = [['', 'All kinds'], ['image', 'Images'], ['video', 'Videos'], ['audio', 'Audio'], ['pdf', 'PDFs'], ['document', 'Documents'], ['text', 'Text and code'], ['archive', 'Archives'], ['other', 'Others']];
const LOOK = 'files-as';
const icon = (/** @type {string} */ name) => html`<${Icon} name=${name} />`;

export const FilesView = () => html`
  <${Place} title="Files" lead="In the channels and conversations you are in"><${Browser} /><//>
`;

/** The files of one channel, beside it. @param {{channel: import('../state/store.js').Channel}} props */
export function FilesPanel({ channel }) {
  const escape = (event) => event.key === 'Escape' && !event.target.closest('.menu') && (event.stopPropagation(), closePanel());
  return html`
    <aside class="panel files-panel" aria-label="Files" onKeyDown=${escape}>
      <header class="panel-head">
        <div><h2>Files</h2><small>${titleOf(channel)}</small></div>
        <button type="button" class="icon-button" aria-label="Close files" onClick=${closePanel}>${icon('close')}</button>
      </header>
      <div class="files-panel-rows" tabindex="0" role="region" aria-label="Files of this channel"><${Browser} channelId=${channel.id} /></div>
    </aside>
  `;
}

/** @param {{channelId?: string}} props */
function Browser({ channelId }) {
  const [filter, setFilter] = useState(/** @type {import('../state/file-list.js').Filter} */ ({ channel: channelId ?? '', kind: '', by: '', q: '' }));
  const [look, setLook] = useState(recall(LOOK) ?? 'grid');
  const list = useFileList(channelId ? { ...filter, channel: channelId } : filter);
  const choose = (value) => {
    keep(LOOK, value);
    setLook(value);
  };
  const set = (changes) => setFilter({ ...filter, ...changes });
  return html`
    <div class="files-browser">
      <${Narrowing} filter=${filter} set=${set} inChannel=${Boolean(channelId)} look=${look} onLook=${choose} />
      <${Found} list=${list} look=${look} filtered=${Object.entries(filter).some(([name, value]) => value && !(channelId && name === 'channel'))} />
    </div>
  `;
}

function Narrowing({ filter, set, inChannel, look, onLook }) {
  const own = [...channels.value.values()].map((known) => known.value).filter(({ workspace_id: id }) => id === workspace.value?.id);
  const known = [...people.value].sort(([, a], [, b]) => a.name.localeCompare(b.name));
  const pick = (name, label, options) => html`
    <select class="input files-pick" aria-label=${label} value=${filter[name]} onChange=${(event) => set({ [name]: event.currentTarget.value })}>
      ${options.map(([value, words]) => html`<option key=${value} value=${value} selected=${filter[name] === value}>${words}</option>`)}
    </select>`;
  return html`
    <div class="files-bar" role="search" aria-label="Files">
      <div class="search-field">${icon('search')}<input class="input" type="search" aria-label="Words of a file's name" placeholder="Find by name" value=${filter.q} autocomplete="off" onInput=${(event) => set({ q: event.currentTarget.value })} /></div>
      ${pick('kind', 'Kind', KINDS)}
      ${pick('by', 'Who shared it', [['', 'Anyone'], ...known.map(([id, { name }]) => [id, name])])}
      ${!inChannel && pick('channel', 'Channel', [['', 'All channels'], ...own.map((channel) => [channel.id, isTalk(channel) ? titleOf(channel) : `#${titleOf(channel)}`])])}
      <div class="files-looks" role="group" aria-label="Shown as">
        ${[['grid', 'Grid'], ['bullets', 'List']].map(([name, label]) => html`<button type="button" key=${name} class="icon-button" aria-label=${label} title=${label} aria-pressed=${look === name} onClick=${() => onLook(name)}>${icon(name)}</button>`)}
      </div>
    </div>
  `;
}

function Found({ list: { ids, problem, busy, more, load, hasMore }, look, filtered }) {
  if (problem && !ids) return html`<${Failed} problem=${problem} onRetry=${load} />`;
  if (!ids) return html`<${Waiting} />`;
  if (!ids.length) {
    return html`<div class="empty">${icon('files')}<h2>${filtered ? 'No file matches' : 'No files yet'}</h2><p>${filtered ? 'Other words or fewer filters find more.' : 'What people attach to messages is gathered here.'}</p></div>`;
  }
  return html`
    <ul class=${look === 'grid' ? 'files-grid' : 'files-list'} aria-label="Files" aria-busy=${busy}>${ids.map((id) => html`<${Item} key=${id} id=${id} ids=${ids} look=${look} />`)}</ul>
    ${hasMore && html`<${Further} more=${more} busy=${busy} problem=${problem} />`}
  `;
}

/** Loads further files when it comes near; the button is for who scrolls by other means. */
function Further({ more, busy, problem }) {
  const place = useRef(/** @type {any} */ (null));
  useEffect(() => {
    if (problem) return undefined;
    const watcher = new IntersectionObserver(([{ isIntersecting }]) => isIntersecting && more(), { rootMargin: '600px' });
    watcher.observe(place.current);
    return () => watcher.disconnect();
  }, [more, problem]);
  return html`<p class="files-further" ref=${place} role="status">${problem ? html`<span>${problem.message}</span>` : null}<button type="button" class="button" disabled=${busy} aria-busy=${busy ? 'true' : undefined} onClick=${more}>Show more</button></p>`;
}

function Item({ id, ids, look }) {
  const file = fileOf(id).value;
  if (!file || file.state === 'deleted') return null;
  const shows = isShowable(file);
  const toMessage = file.message_id && file.channel_ids?.length ? () => openMessage({ id: /** @type {string} */ (file.message_id), channel_id: /** @type {string[]} */ (file.channel_ids)[0] }) : null;
  const open = () => (shows ? openDialog('gallery', { fileId: id, ids }) : toMessage?.());
  const where = channels.value.get(file.channel_ids?.[0] ?? '')?.value;
  return html`
    <li class="files-item" data-state=${file.state}>
      <button type="button" class="files-open" onClick=${open} aria-label=${`${shows ? 'Open' : 'Go to'} ${file.name}`}><${Face} file=${file} look=${look} /></button>
      <div class="files-words">
        <b title=${file.name}>${file.name}</b>
        <small>${stateWords(file) || factsOf(file)}</small>
        <small>${nameOf(file.uploader_id)} · <time datetime=${file.created_at} title=${exactTime(file.created_at)}>${dayName(file.created_at)}</time>${where ? ` · ${isTalk(where) ? titleOf(where) : `#${titleOf(where)}`}` : ''}</small>
      </div>
      <span class="files-more">
        ${shows && toMessage && html`<button type="button" class="icon-button" aria-label=${`Go to message of ${file.name}`} title="Go to message" onClick=${toMessage}>${icon('message')}</button>`}
        <${FileMenu} file=${file} entry=${file.message_id ? { id: file.message_id, channel_id: file.channel_ids?.[0] } : null} />
      </span>
    </li>
  `;
}

/** @param {{file: File, look: string}} props */
function Face({ file, look }) {
  const preview = ['thumb', 'poster', 'page'].map((name) => previewOf(file, name)).find(Boolean);
  const size = look === 'grid' ? { width: 220, height: 150 } : { width: 48, height: 48 };
  return preview ? html`<${Picture} file=${file} url=${preview.url} ...${size} alt="" />` : html`<span class="files-sign">${icon(iconOf(file))}</span>`;
}
