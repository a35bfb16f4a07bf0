// @ts-check
/**
 * Makes elements of parsed Markdown, never of strings of markup: what is not named here cannot come to be on the page,
 * whatever a message says.
 */
import { Fragment, h } from 'preact';
import { go } from '../state/route.js';
import { Code } from './code.js';
import { ownPath, safeHref, trueHost } from './links.js';
import { ChannelName, EmojiName, Everyone, PersonName } from './names.js';
import { piecesOf } from './pieces.js';

/** @typedef {import('./markdown.js').Token} Token */

const HEADING_BELOW = 2;
const DEEPEST_HEADING = 6;

/** @type {Record<string, (token: Token, children: any[]) => any>} an element for each pair of tokens */
const PAIRS = {
  paragraph: (token, children) => (token.hidden ? h(Fragment, null, ...children) : h('p', null, ...children)),
  heading: (token, children) => h(`h${Math.min(Number(token.tag[1]) + HEADING_BELOW, DEEPEST_HEADING)}`, null, ...children),
  blockquote: (_token, children) => h('blockquote', null, ...children),
  bullet_list: (_token, children) => h('ul', null, ...children),
  ordered_list: (token, children) => h('ol', { start: Number(token.attrGet('start') ?? 1) }, ...children),
  list_item: listItem,
  table: (_token, children) => h('div', { class: 'text-table', role: 'region', 'aria-label': 'Table', tabIndex: 0 }, h('table', null, ...children)),
  thead: (_token, children) => h('thead', null, ...children),
  tbody: (_token, children) => h('tbody', null, ...children),
  tr: (_token, children) => h('tr', null, ...children),
  th: (token, children) => h('th', { scope: 'col', 'data-align': alignOf(token) }, ...children),
  td: (token, children) => h('td', { 'data-align': alignOf(token) }, ...children),
  strong: (_token, children) => h('strong', null, ...children),
  em: (_token, children) => h('em', null, ...children),
  s: (_token, children) => h('s', null, ...children),
  link: (token, children) => link(token.attrGet('href') ?? '', token.attrGet('title'), children),
};

/** @type {Record<string, (token: Token, place: {linked: boolean}) => any>} an element for a token that stands alone */
const SINGLES = {
  inline: (token, place) => nodesOf(token.children ?? [], place),
  text: (token, { linked }) => (linked ? token.content : piecesOf(token.content).map(namedPiece)),
  softbreak: () => h('br', null),
  hardbreak: () => h('br', null),
  hr: () => h('hr', null),
  code_inline: (token) => h('code', null, token.content),
  code_block: (token) => h(Code, { text: token.content, language: '' }),
  fence: (token) => h(Code, { text: token.content, language: token.info.trim().split(/\s+/)[0] }),
  // Nothing is loaded from elsewhere: whoever serves an image would learn who reads the message.
  image: (token, { linked }) => (linked ? token.content : link(token.attrGet('src') ?? '', token.attrGet('title'), [token.content || token.attrGet('src')])),
};

/** @param {Token[]} tokens @param {{linked: boolean}} [place] whether they stand within a link */
export function nodesOf(tokens, place = { linked: false }) {
  /** @type {{token: Token | null, children: any[]}[]} */
  const open = [{ token: null, children: [] }];
  let links = 0;
  for (const token of tokens) {
    if (token.type === 'link_open') links += 1;
    if (token.type === 'link_close') links -= 1;
    if (token.nesting === 1) open.push({ token, children: [] });
    else if (token.nesting === -1) close(open);
    else open.at(-1)?.children.push((SINGLES[token.type] ?? asText)(token, { linked: place.linked || links > 0 }));
  }
  while (open.length > 1) close(open);
  return open[0].children;
}

/** @param {{token: Token | null, children: any[]}[]} open */
function close(open) {
  const { token, children } = /** @type {any} */ (open.pop());
  const make = PAIRS[token.type.replace(/_open$/, '')];
  open.at(-1)?.children.push(make ? make(token, children) : children);
}

/** @param {Token} token */
const asText = (token) => token.content;

/** @param {Token} token */
const alignOf = (token) => /text-align:(left|center|right)/.exec(token.attrGet('style') ?? '')?.[1];

/** An item, or a task: a box that shows and is not pressed. @param {Token} token @param {any[]} children */
function listItem({ meta }, children) {
  if (!meta) return h('li', null, ...children);
  return h('li', { class: 'text-task' }, h('input', { type: 'checkbox', disabled: true, checked: meta.done, 'aria-label': meta.done ? 'Done' : 'To do' }), ...children);
}

/** @param {string} address @param {string | null} title @param {any[]} children */
function link(address, title, children) {
  const href = safeHref(address);
  if (!href) return children;
  const path = ownPath(href);
  if (path) return h('a', { href, title, onClick: (event) => openHere(event, path) }, ...children);
  const host = trueHost(href, wordsOf(children));
  const warning = host && h('span', { class: 'link-host' }, ` (${host})`);
  return h('a', { href, title: host ? `Leads to ${host}` : title, target: '_blank', rel: 'noopener noreferrer' }, ...children, warning);
}

/** @param {MouseEvent} event @param {string} path */
function openHere(event, path) {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  go(path);
}

/** What is read of some children. @param {any} child @returns {string} */
function wordsOf(child) {
  if (Array.isArray(child)) return child.map(wordsOf).join('');
  if (child && typeof child === 'object') return wordsOf(child.props?.children);
  return typeof child === 'string' ? child : '';
}

/** @param {any} piece */
function namedPiece(piece) {
  if (typeof piece === 'string') return piece;
  if (piece.person) return h(PersonName, { handle: piece.person, source: piece.source });
  if (piece.everyone) return h(Everyone, { source: piece.source });
  if (piece.channel) return h(ChannelName, { name: piece.channel, source: piece.source });
  return h(EmojiName, { name: piece.emoji, source: piece.source });
}
