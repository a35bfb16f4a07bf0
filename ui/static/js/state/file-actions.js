// @ts-check
/** What one does with a file: load it down, delete it, and say in words what became of it. */
import { counted } from '../core/words.js';
import { sizeWords } from '../core/sizes.js';
import { call } from '../net/http.js';
import { me } from '../net/session.js';
import { fileOf, freshFile, isClean } from './files.js';
import { announce, toastProblem } from './notices.js';

/** @typedef {import('./files.js').File} File */

const KINDS = { image: 'Image', video: 'Video', audio: 'Audio', pdf: 'PDF', document: 'Document', text: 'Text', archive: 'Archive', other: 'File' };
const ICONS = { image: 'image', video: 'video', audio: 'audio', pdf: 'pdf', document: 'text', text: 'text', archive: 'zip', other: 'file' };
/** Types that people know by another word than their kind. */
const TYPES = [
  [/wordprocessing|msword|opendocument\.text/, 'Document'],
  [/spreadsheet|ms-excel|csv/, 'Spreadsheet'],
  [/presentation|powerpoint/, 'Presentation'],
];

/** @param {{kind?: string, mime_type?: string}} file */
export const kindWords = ({ kind = 'other', mime_type: type = '' }) => /** @type {string} */ (TYPES.find(([looks]) => /** @type {RegExp} */ (looks).test(type))?.[1] ?? KINDS[kind] ?? 'File');

/** @param {{kind?: string}} file */
export const iconOf = ({ kind = 'other' }) => ICONS[kind] ?? 'file';

/** "PDF · 1.4 MB · 3 pages". @param {File} file */
export function factsOf(file) {
  const { pages = 0, lines = 0 } = file.media ?? {};
  return [isClean(file) && kindWords(file), sizeWords(file.size), pages && counted(pages, 'page'), lines && counted(lines, 'line')].filter(Boolean).join(' · ');
}

/** What becomes of a file, while it is not there for all; of one that is, nothing. @param {File} file */
export function stateWords({ state, detail, waiting }) {
  if (state === 'uploading') return 'Being uploaded…';
  if (state === 'scanning') return waiting ? detail || 'Waiting for the virus scanner.' : 'Being checked for viruses…';
  if (state === 'processing') return 'Preparing a preview…';
  if (state === 'quarantined') return detail || 'Removed: it contained a virus.';
  if (state === 'failed') return detail || 'This file could not be taken.';
  return state === 'deleted' ? 'This file was deleted.' : '';
}

/** Whether a file will never be there. @param {File} file */
export const isLost = ({ state }) => ['quarantined', 'failed', 'deleted'].includes(state);

/** @param {File} file */
export const isMine = ({ uploader_id }) => uploader_id === me.value?.id;

/** Loads a file down. @param {File} file */
export async function download({ id, name }) {
  try {
    const { url } = await freshFile(id);
    if (!url) return;
    const way = document.createElement('a');
    way.href = url;
    way.download = name;
    way.click();
    announce(`${name} is being downloaded.`);
  } catch (problem) {
    toastProblem(problem);
  }
}

/** Loads files down, one after the other. @param {File[]} files */
export async function downloadAll(files) {
  for (const file of files.filter(isClean)) await download(file);
}

/** Deletes a file everywhere. @param {File} file @throws {import('../net/problem.js').Problem} */
export async function deleteFile(file) {
  await call('DELETE', `/files/${file.id}`);
  const known = fileOf(file.id);
  known.value = { ...file, state: 'deleted', url: undefined, previews: [] };
}
