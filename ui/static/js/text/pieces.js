// @ts-check
/** What plain words hold beside words: `@people`, `#channels` and `:emoji:`. */
const PERSON = /(?<![\w@.`/])@([A-Za-z0-9](?:[A-Za-z0-9._-]{0,30}[A-Za-z0-9_])?)/;
const CHANNEL = /(?<![\p{L}\p{N}_#&/])#([\p{L}\p{N}](?:[\p{L}\p{N}._-]{0,78}[\p{L}\p{N}_])?)/u;
const EMOJI = /(?<![\w:]):([a-z0-9+-][a-z0-9_+-]{0,31}):(?!\w)/;
const ANY = new RegExp(`${PERSON.source}|${CHANNEL.source}|${EMOJI.source}`, 'gu');
const EVERYONE = ['channel', 'all', 'everyone', 'here'];

/**
 * @typedef {string | {person: string} | {everyone: string} | {channel: string} | {emoji: string}} Piece
 * @param {string} text @returns {(Piece & any)[]} each with the `source` it was written as, unless it is a string
 */
export function piecesOf(text) {
  if (!/[@#:]/.test(text)) return [text];
  const pieces = [];
  let end = 0;
  for (const match of text.matchAll(ANY)) {
    if (match.index > end) pieces.push(text.slice(end, match.index));
    pieces.push(pieceOf(match));
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push(text.slice(end));
  return pieces;
}

/** @param {RegExpMatchArray} match */
function pieceOf([source, person, channel, emoji]) {
  if (channel) return { channel, source };
  if (emoji) return { emoji, source };
  const handle = person.toLowerCase();
  return EVERYONE.includes(handle) ? { everyone: handle, source } : { person: handle, source };
}
