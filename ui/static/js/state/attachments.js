// @ts-check
/**
 * Files that are to go with a message: uploaded as soon as they are chosen, a few at a time. This browser keeps each until
 * the server has it, so that uploads go on after a lost network and after a reload; the draft of a place keeps its files.
 */
import { computed, effect, signal } from '@preact/signals-core';
import { newId } from '../core/ids.js';
import { hold, isHeld } from '../core/locks.js';
import { discardKept, fetchKept, keepThere, keptUnder } from '../core/shelf.js';
import { tabId } from '../core/storage.js';
import { sizeWords } from '../core/sizes.js';
import { counted } from '../core/words.js';
import { link } from '../net/connection.js';
import { call } from '../net/http.js';
import { me } from '../net/session.js';
import { announce, toast } from './notices.js';
import { Speed } from './speed.js';

const AT_ONCE = 3;
const PAUSES_MS = [1_000, 2_000, 5_000, 10_000, 30_000];
const rules = document.getElementById('app')?.dataset ?? {};
const MOST_BYTES = Number(rules.fileMaxBytes) || Infinity;
export const MOST_FILES = Number(rules.filesPerMessage) || 10;
const tab = tabId(newId);

/**
 * @typedef {{place: string, channel_id: string, workspace_id: string}} Where the channel, and the thread in it if there is one (`place`)
 * @typedef {Where & {key: string, tab: string, name: string, size: number, type: string, order: number, url?: string, file_id?: string,
 *   state: 'queued' | 'uploading' | 'stalled' | 'paused' | 'failed' | 'done', problem?: string, thumb?: string, sent: number, speed: number}} Attachment
 * @typedef {import('@preact/signals-core').Signal<Attachment>} AttachmentSignal
 * @typedef {{upload?: import('../net/upload.js').Upload, file?: Blob, speed: Speed, tries: number, timer?: ReturnType<typeof setTimeout>}} Work
 */

/** @type {import('@preact/signals-core').Signal<Map<string, AttachmentSignal>>} in the order in which they were chosen */
export const attachments = signal(new Map());
/** @type {Map<string, Work>} what this tab does with each */
const works = new Map();
/** @type {Map<string, string>} pictures of mine by their file, shown until the server has made previews */
export const ownPictures = new Map();

/** @param {string | null} place @returns {AttachmentSignal[]} */
export const attachedTo = (place) => [...attachments.value.values()].filter((one) => one.peek().place === place);

/** How many uploads are not over, in all places. */
export const unfinished = computed(() => [...attachments.value.values()].filter((one) => !['done', 'failed'].includes(one.value.state)).length);

const folder = () => `attachment.${me.peek()?.id}.`;
const blobOf = (/** @type {string} */ key) => `blob.${me.peek()?.id}.${key}`;

/** Takes up what an earlier visit left, and goes on whenever the line opens. */
export async function openAttachments() {
  hold(`attaching.${tab}`);
  addEventListener('beforeunload', (event) => unkept && unfinished.peek() && event.preventDefault());
  effect(() => void (link.value.state === 'online' && goOn()));
  for (const key of await keptUnder(folder())) await takeUp(await fetchKept(key));
  begin();
}

/** Whether this browser could not keep a file, so that leaving the page would lose it. */
let unkept = false;

/** @param {Attachment | undefined} kept */
async function takeUp(kept) {
  if (!kept || attachments.peek().has(kept.key)) return;
  if (kept.tab !== tab && (await isHeld(`attaching.${kept.tab}`))) return;
  const file = kept.state === 'done' ? undefined : await fetchKept(blobOf(kept.key));
  const state = kept.state === 'done' || kept.state === 'paused' ? kept.state : 'queued';
  const one = { ...kept, tab, sent: kept.state === 'done' ? kept.size : 0, speed: 0, thumb: thumbOf(file) };
  if (state !== 'done' && !file) return put({ ...one, state: 'failed', problem: 'This browser did not keep the file. Choose it again.' });
  works.set(kept.key, { file, speed: new Speed(), tries: 0 });
  return put({ ...one, state });
}

/**
 * Attaches files to what is written in a place; what cannot be taken is said.
 * @param {Iterable<File>} files @param {Where} where
 */
export function attach(files, where) {
  const chosen = [...files];
  const room = MOST_FILES - attachedTo(where.place).length;
  if (chosen.length > room) toast(`A message has at most ${counted(MOST_FILES, 'file')}. ${room > 0 ? 'The others were left out.' : 'Send these first.'}`, { tone: 'alert' });
  for (const file of chosen.slice(0, Math.max(0, room))) add(file, where);
  begin();
}

/** @param {File} file @param {Where} where */
function add(file, where) {
  const key = newId();
  const order = Math.max(Date.now(), ...[...attachments.peek().values()].map((one) => one.peek().order + 1));
  const one = { ...where, key, tab, name: file.name, size: file.size, type: file.type, order, sent: 0, speed: 0, thumb: thumbOf(file) };
  works.set(key, { file, speed: new Speed(), tries: 0 });
  if (file.size > MOST_BYTES) return put({ ...one, state: 'failed', problem: `Larger than ${sizeWords(MOST_BYTES)}, the most that is taken here.` });
  keepThere(blobOf(key), file).then((kept) => (unkept ||= !kept));
  return put({ ...one, state: 'queued' });
}

/** @param {Blob | undefined} file */
const thumbOf = (file) => (file && /^image\/(png|jpeg|gif|webp|avif)$/.test(file.type) ? URL.createObjectURL(file) : undefined);

/** Starts what waits for its turn. */
function begin() {
  const busy = [...attachments.peek().values()].filter((one) => one.peek().state === 'uploading').length;
  const next = [...attachments.peek().values()].filter((one) => one.peek().state === 'queued').sort((a, b) => a.peek().order - b.peek().order);
  next.slice(0, Math.max(0, AT_ONCE - busy)).forEach((one) => start(one));
}

/** @param {AttachmentSignal} one */
async function start(one) {
  const { key, name, type, workspace_id: workspaceId, url } = one.peek();
  const work = /** @type {Work} */ (works.get(key));
  patch(key, { state: 'uploading', problem: undefined });
  work.speed = new Speed();
  try {
    const { Upload } = await import('../net/upload.js');
    if (one.peek().state !== 'uploading') return;
    work.upload ??= new Upload({
      ...{ file: /** @type {Blob} */ (work.file), name, type, workspaceId, url },
      onUrl: (url) => patch(key, { url, file_id: url.split('/').at(-1) }),
      onProgress: (sent) => progressed(one, work, sent),
      onDone: () => done(one),
      onProblem: (problem) => stopped(one, work, problem),
    });
    work.upload.start();
  } catch {
    // Its code could not be loaded: no network.
    stall(one, work, 'Waiting for the connection…');
  }
}

/** @param {AttachmentSignal} one @param {Work} work @param {number} sent */
function progressed(one, work, sent) {
  if (one.peek().state !== 'uploading') return;
  work.tries = 0;
  one.value = { ...one.peek(), sent, speed: work.speed.at(sent) };
}

/** @param {AttachmentSignal} one */
function done(one) {
  const { key, name, size, file_id: fileId, thumb } = one.peek();
  works.delete(key);
  if (fileId && thumb) ownPictures.set(fileId, thumb);
  patch(key, { state: 'done', sent: size });
  discardKept(blobOf(key));
  announce(`${name} is uploaded.`);
  begin();
}

/** @param {AttachmentSignal} one @param {Work} work @param {import('../net/problem.js').Problem} problem */
function stopped(one, work, problem) {
  const { key } = one.peek();
  if (!attachments.peek().has(key) || one.peek().state === 'paused') return;
  if (problem.code === 'gone') restart(key);
  else if (problem.passing) stall(one, work, problem.message);
  else patch(key, { state: 'failed', problem: problem.message });
  begin();
}

/** Waits, and tries again by itself. @param {AttachmentSignal} one @param {Work} work @param {string} problem */
function stall(one, work, problem) {
  patch(one.peek().key, { state: 'stalled', problem });
  clearTimeout(work.timer);
  work.timer = setTimeout(() => goOn(one), PAUSES_MS[Math.min(work.tries, PAUSES_MS.length - 1)]);
  work.tries += 1;
}

/** @param {AttachmentSignal} [only] */
function goOn(only) {
  for (const one of only ? [only] : attachments.peek().values()) if (one.peek().state === 'stalled') patch(one.peek().key, { state: 'queued', problem: undefined });
  begin();
}

/** Begins an upload anew whose beginnings the server has discarded. @param {string} key */
function restart(key) {
  const work = works.get(key);
  if (work) work.upload = undefined;
  patch(key, { state: 'queued', url: undefined, file_id: undefined, sent: 0 });
}

/** @param {string} key */
export function pause(key) {
  works.get(key)?.upload?.pause();
  patch(key, { state: 'paused', speed: 0 });
  begin();
}

/** Goes on with one that was paused, or tries again. @param {string} key */
export function resume(key) {
  if (attachments.peek().get(key)?.peek().state === 'failed') works.get(key)?.upload && restart(key);
  patch(key, { state: 'queued', problem: undefined });
  begin();
}

/** Takes a file off; what was uploaded of it is discarded. @param {string} key */
export function detach(key) {
  const one = attachments.peek().get(key)?.peek();
  works.get(key)?.upload?.pause();
  drop(key);
  if (one?.url) discard(one).catch(() => undefined);
  begin();
}

/** @param {Attachment} one */
async function discard({ file_id: fileId, url, state }) {
  if (state === 'done') return call('DELETE', `/files/${fileId}`);
  const { Upload } = await import('../net/upload.js');
  return Upload.discard(/** @type {string} */ (url));
}

/** Takes off what went with a message. @param {string[]} keys */
export const release = (keys) => keys.forEach(drop);

/** @param {string} key */
function drop(key) {
  const one = attachments.peek().get(key)?.peek();
  if (one?.thumb && !ownPictures.has(one.file_id ?? '')) URL.revokeObjectURL(one.thumb);
  clearTimeout(works.get(key)?.timer);
  works.delete(key);
  const rest = new Map(attachments.peek());
  if (rest.delete(key)) attachments.value = rest;
  discardKept(folder() + key);
  discardKept(blobOf(key));
}

/** Forgets everything: the person signs out. */
export async function forgetAttachments() {
  const own = [...(await keptUnder(folder())), ...(await keptUnder(blobOf('')))];
  for (const key of works.keys()) works.get(key)?.upload?.pause();
  await Promise.all(own.map(discardKept));
}

/** @param {string} key @param {Partial<Attachment>} changes */
function patch(key, changes) {
  const one = attachments.peek().get(key);
  if (one) put({ ...one.peek(), ...changes });
}

/** @param {Attachment} one */
function put(one) {
  const known = attachments.peek().get(one.key);
  if (known) known.value = one;
  else attachments.value = new Map([...attachments.peek(), /** @type {[string, AttachmentSignal]} */ ([one.key, signal(one)])].sort(([, a], [, b]) => a.peek().order - b.peek().order));
  const { thumb: _shown, sent: _sent, speed: _speed, ...kept } = one;
  keepThere(folder() + one.key, kept);
}
