// @ts-check
/** Markdown by buttons and keys: each edit works on what is selected, and the browser's undo takes it back. */

/** @typedef {HTMLTextAreaElement} Box */

/** Puts marks around what is selected, or takes them away. @param {Box} box @param {string} mark */
export function wrap(box, mark) {
  const { selectionStart: start, selectionEnd: end, value } = box;
  const inside = value.slice(start, end);
  const size = mark.length;
  if (isMarked(value.slice(0, start), value.slice(end), mark)) {
    replace(box, start - size, end + size, inside);
    return select(box, start - size, end - size);
  }
  if (inside.length > 2 * size && inside.startsWith(mark) && inside.endsWith(mark)) {
    replace(box, start, end, inside.slice(size, -size));
    return select(box, start, end - 2 * size);
  }
  // Marks count only beside a word: spaces at the ends of the selection stay outside.
  const [, before, words, after] = /** @type {RegExpExecArray} */ (/^(\s*)(.*?)(\s*)$/s.exec(inside));
  replace(box, start, end, `${before}${mark}${words}${mark}${after}`);
  return select(box, start + before.length + size, start + before.length + size + words.length);
}

/** A single star inside double ones is not a mark of its own. @param {string} before @param {string} after @param {string} mark */
function isMarked(before, after, mark) {
  const char = mark[0];
  const count = Math.min(run(before, char, -1), run(after, char, 1));
  return mark === '*' ? count === 1 || count === 3 : count >= mark.length;
}

/** @param {string} text @param {string} char @param {1 | -1} step how many of `char` stand at its start or end */
function run(text, char, step) {
  let count = 0;
  while ((step === 1 ? text[count] : text[text.length - 1 - count]) === char) count += 1;
  return count;
}

const LIST = /^(\s*)(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?/;
const QUOTE = /^>\s?/;
/** @type {Record<string, {taken: RegExp, mark: (at: number) => string}>} */
const LINES = {
  bullets: { taken: /^\s*[-*+]\s+(?!\[)/, mark: () => '- ' },
  numbers: { taken: /^\s*\d{1,9}[.)]\s+/, mark: (at) => `${at + 1}. ` },
  tasks: { taken: /^\s*[-*+]\s+\[[ xX]\]\s+/, mark: () => '- [ ] ' },
  quote: { taken: QUOTE, mark: () => '> ' },
};

/** Makes every selected line an item of a list or a quotation, or plain again. @param {Box} box @param {keyof typeof LINES} kind */
export function prefix(box, kind) {
  const { taken, mark } = LINES[kind];
  const [start, end] = linesAround(box);
  const lines = box.value.slice(start, end).split('\n');
  const all = lines.every((line) => taken.test(line) || (lines.length > 1 && !line.trim()));
  const other = kind === 'quote' ? /^/ : LIST;
  const made = lines.map((line, at) => (all ? line.replace(taken, '') : mark(at) + line.replace(other, '')));
  replace(box, start, end, made.join('\n'));
  select(box, lines.length > 1 ? start : start + made[0].length, start + made.join('\n').length);
}

/** Puts a fence around the selected lines. @param {Box} box */
export function codeBlock(box) {
  const { selectionStart: start, selectionEnd: end, value } = box;
  const fresh = start === 0 || value[start - 1] === '\n' ? '' : '\n';
  const inside = value.slice(start, end).replace(/\n$/, '');
  const tail = end === value.length || value[end] === '\n' ? '' : '\n';
  replace(box, start, end, `${fresh}\`\`\`\n${inside}\n\`\`\`${tail}`);
  const at = start + fresh.length + 4;
  select(box, at, at + inside.length);
}

/** Makes a link of what is selected; an address becomes the target, words its text. @param {Box} box */
export function link(box) {
  const { selectionStart: start, selectionEnd: end, value } = box;
  const inside = value.slice(start, end);
  const isAddress = /^https?:\/\/\S+$/.test(inside);
  replace(box, start, end, isAddress ? `[](${inside})` : `[${inside}](https://)`);
  if (isAddress) return select(box, start + 1, start + 1);
  return select(box, start + inside.length + 3, start + inside.length + 11);
}

/** Makes the selected words the text of an address that is pasted onto them; whether that was so. @param {Box} box @param {string} address */
export function linkTo(box, address) {
  const { selectionStart: start, selectionEnd: end, value } = box;
  const inside = value.slice(start, end);
  if (!inside.trim() || inside.includes('\n') || !/^https?:\/\/\S+$/.test(address) || /^https?:/.test(inside)) return false;
  replace(box, start, end, `[${inside}](${address})`);
  return true;
}

/** Goes on with a list on the next line, or ends it after an empty item; whether it did. @param {Box} box */
export function nextItem(box) {
  const { selectionStart: at, selectionEnd: end, value } = box;
  const start = value.lastIndexOf('\n', at - 1) + 1;
  const line = value.slice(start, at);
  const mark = LIST.exec(line)?.[0] ?? QUOTE.exec(line)?.[0];
  if (!mark || at !== end || isInCode(value.slice(0, at))) return false;
  if (line === mark) replace(box, start, at, '');
  else replace(box, at, at, `\n${mark.replace(/\d+/, (number) => String(Number(number) + 1)).replace(/\[[xX]\]/, '[ ]')}`);
  return true;
}

/** Whether a text ends within a block of code that is not closed. @param {string} before */
export const isInCode = (before) => (before.match(/^ {0,3}```/gm)?.length ?? 0) % 2 === 1;

/** Writes at the caret, over what is selected. @param {Box} box @param {string} text */
export const insert = (box, text) => replace(box, box.selectionStart, box.selectionEnd, text);

/** @param {Box} box @param {number} start @param {number} end @param {string} text */
export function replace(box, start, end, text) {
  box.focus();
  box.setSelectionRange(start, end);
  // The one way that leaves undo whole; what it is called matters less than that every browser has it.
  const done = text ? document.execCommand('insertText', false, text) : document.execCommand('delete');
  if (done || start === end && !text) return;
  box.setRangeText(text, start, end, 'end');
  box.dispatchEvent(new Event('input', { bubbles: true }));
}

/** @param {Box} box @param {number} start @param {number} end */
const select = (box, start, end) => box.setSelectionRange(start, end);

/** @param {Box} box @returns {[number, number]} where the selected lines begin and end */
function linesAround({ selectionStart, selectionEnd, value }) {
  const start = value.lastIndexOf('\n', selectionStart - 1) + 1;
  const end = value.indexOf('\n', selectionEnd);
  return [start, end < 0 ? value.length : end];
}
