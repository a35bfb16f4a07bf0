// @ts-check
/** What a message says where there is room for words alone. */
import { counted } from './words.js';

/** @param {{text?: string, file_ids?: string[], cards?: any[]}} message */
export function saidIn({ text = '', file_ids: ids = [], cards = [] }) {
  if (text.trim() || (!ids.length && !cards.length)) return text;
  return cards.length ? cardWords(cards) : ids.length === 1 ? 'sent a file' : `sent ${ids.length} files`;
}

const LINK = /\[([^\]\n]*)\]\([^)\s]*\)/g;
const ESCAPED = /\\([!-/:-@[-`{-~])/g;

/** What cards are about, in a line: the same as the server's `core/chat/said.py` says in notifications. @param {any[]} cards */
function cardWords(cards) {
  const summaries = cards.map(({ summary }) => summary).filter(Boolean).slice(0, 1);
  const words = summaries.length ? summaries : cards.flatMap(({ parts = [] }) => parts.flatMap(partWords)).filter(Boolean).slice(0, 3);
  return words.join(' · ').replace(LINK, '$1').replace(ESCAPED, '$1');
}

/** @param {any} part */
const partWords = ({ text, fields = [], links = [] }) => [text, ...fields.map((field) => `${field.title ?? ''} ${field.text ?? ''}`.trim()), ...links.map((link) => link.text)];

/** "2 files", of a message that says something besides. @param {{text?: string, file_ids?: string[]}} message */
export const besides = ({ text = '', file_ids: ids = [] }) => (text.trim() && ids.length ? counted(ids.length, 'file') : '');
