// @ts-check
/** The edits that buttons and keys offer, each once. */
import { codeBlock, link, prefix, wrap } from './editing.js';

const COMMAND = /Mac|iPhone|iPad/.test(navigator.platform) ? '⌘' : 'Ctrl';

/**
 * @typedef {{name: string, icon: string, keys: string[], fits: (event: KeyboardEvent) => boolean, run: (box: HTMLTextAreaElement) => void}} Edit
 * @param {string} name @param {string} icon @param {string} key @param {Edit['run']} run @returns {Edit}
 */
function edit(name, icon, key, run) {
  const shift = key.startsWith('Shift ');
  const letter = key.at(-1)?.toLowerCase() ?? '';
  // A digit with shift is another sign on every keyboard, so the place of its key counts.
  const fits = (event) => event.shiftKey === shift && !event.altKey && (event.code === `Digit${letter}` || event.key.toLowerCase() === letter);
  return { name, icon, keys: [COMMAND, ...key.split(' ')], fits, run };
}

/** @type {Edit[]} */
export const EDITS = [
  edit('Bold', 'bold', 'B', (box) => wrap(box, '**')),
  edit('Italic', 'italic', 'I', (box) => wrap(box, '*')),
  edit('Strikethrough', 'strike', 'Shift X', (box) => wrap(box, '~~')),
  edit('Link', 'link', 'Shift U', link),
  edit('Bulleted list', 'bullets', 'Shift 8', (box) => prefix(box, 'bullets')),
  edit('Numbered list', 'numbers', 'Shift 7', (box) => prefix(box, 'numbers')),
  edit('Task list', 'tasks', 'Shift 6', (box) => prefix(box, 'tasks')),
  edit('Quote', 'quote', 'Shift 9', (box) => prefix(box, 'quote')),
  edit('Code', 'code', 'E', (box) => wrap(box, '`')),
  edit('Code block', 'codeBlock', 'Shift C', codeBlock),
];

/** The edit that a key asks for, if one. @param {KeyboardEvent} event */
export const editOf = (event) => ((event.ctrlKey || event.metaKey) && EDITS.find(({ fits }) => fits(event))) || null;
