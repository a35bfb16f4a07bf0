// @ts-check
/**
 * What is known of files, each a signal of its own. They are asked for in batches by their ids; news of them come live and
 * without links, so what became clean is asked for again. The higher version wins. Links are renewed before they end.
 */
import { signal } from '@preact/signals-core';
import { call } from '../net/http.js';
import { on } from '../net/connection.js';

const BATCH = 50;
const BATCH_MS = 25;
const LOOK_MS = 60_000;
const RENEW_MS = 40 * 60_000;
/** The states in which a content is served. */
const CLEAN = ['processing', 'ready'];

/**
 * @typedef {{name: 'thumb' | 'large' | 'poster' | 'page' | 'head', media_type: string, url: string, width?: number, height?: number}} Preview
 * @typedef {{width?: number, height?: number, seconds?: number, pages?: number, lines?: number, animated?: boolean, waveform?: number[]}} Media
 * @typedef {{id: string, workspace_id: string, uploader_id: string, name: string, size: number, mime_type: string,
 *   kind: 'image' | 'video' | 'audio' | 'pdf' | 'document' | 'text' | 'archive' | 'other',
 *   state: 'uploading' | 'scanning' | 'processing' | 'ready' | 'quarantined' | 'failed' | 'deleted', created_at: string, version: number,
 *   detail?: string, waiting?: boolean, url?: string, media?: Media, previews?: Preview[], preview_failed?: string,
 *   channel_ids?: string[], message_id?: string, workflow?: {url?: string}}} File
 * @typedef {import('@preact/signals-core').Signal<File | null | undefined>} FileSignal undefined: not known yet; null: out of my sight
 */

/** @type {Map<string, FileSignal>} */
const files = new Map();
/** @type {Map<string, number>} when the links of each were made */
const linkedAt = new Map();
/** @type {Map<string, number>} how many places show each */
const watched = new Map();
/** @type {Set<string>} */
const wanted = new Set();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** Listens to the connection. Call before it starts. */
export function followFiles() {
  on('file.changed', ({ file }) => heard(file));
  on('ready', () => [...watched.keys()].forEach(want));
  setInterval(renew, LOOK_MS);
}

/** A file by its id; asked for when it is not known. @param {string} id @returns {FileSignal} */
export function fileOf(id) {
  const known = files.get(id);
  if (known) return known;
  const made = /** @type {FileSignal} */ (signal(undefined));
  files.set(id, made);
  want(id);
  return made;
}

/** Keeps a file's links fresh until the returned function is called. @param {string} id */
export function watch(id) {
  watched.set(id, (watched.get(id) ?? 0) + 1);
  if (isOld(id)) want(id);
  return () => {
    const left = (watched.get(id) ?? 1) - 1;
    if (left) watched.set(id, left);
    else watched.delete(id);
  };
}

/** Takes a file with its links, as the API answers. @param {File} file */
export function take(file) {
  const known = files.get(file.id) ?? /** @type {FileSignal} */ (signal(undefined));
  files.set(file.id, known);
  if ((known.peek()?.version ?? 0) > file.version) return;
  linkedAt.set(file.id, Date.now());
  known.value = file;
}

/** Whether a file's content may be loaded. @param {File | null | undefined} file */
export const isClean = (file) => Boolean(file && CLEAN.includes(file.state));

/** Asks for a file anew, for links that hold. @param {string} id @returns {Promise<File>} @throws {import('../net/problem.js').Problem} */
export async function freshFile(id) {
  const file = await call('GET', `/files/${id}`);
  take(file);
  return file;
}

/** @param {string} id */
function want(id) {
  wanted.add(id);
  timer ??= setTimeout(() => {
    timer = undefined;
    ask();
  }, BATCH_MS);
}

async function ask() {
  const ids = [...wanted].slice(0, BATCH);
  ids.forEach((id) => wanted.delete(id));
  if (wanted.size) want(/** @type {string} */ (wanted.values().next().value));
  const page = await call('GET', `/files?ids=${ids.join(',')}`).catch(() => null);
  // Without an answer they stay unknown; the next connection asks again.
  if (!page) return;
  page.items.forEach(take);
  const answered = new Set(page.items.map(({ id }) => id));
  for (const id of ids) if (!answered.has(id)) lost(id);
}

/** @param {string} id */
function lost(id) {
  const known = files.get(id);
  if (known?.peek()?.state !== 'deleted' && known) known.value = null;
}

/** @param {File} file */
function heard(file) {
  const known = files.get(file.id);
  const before = known?.peek();
  if (!known || (before?.version ?? 0) >= file.version) return;
  if (before === undefined || before === null) return want(file.id);
  const { url, previews, channel_ids, message_id } = before;
  known.value = { ...file, channel_ids, message_id, ...(isClean(file) && { url, previews, media: file.media ?? before.media }) };
  if (isClean(file)) want(file.id);
}

/** @param {string} id */
const isOld = (id) => Date.now() - (linkedAt.get(id) ?? Date.now()) > RENEW_MS;

function renew() {
  for (const id of watched.keys()) if (isOld(id) && isClean(files.get(id)?.peek())) want(id);
}
