// @ts-check
/**
 * The one definition of Parlour's Markdown: CommonMark with strikethrough, tables, task lists and bare links. Messages,
 * previews and everything else that shows written text parse with it; `nodes.js` makes elements of the outcome.
 */
import markdownit from 'markdown-it';
import { safeHref } from './links.js';

const MOST_NESTING = 40;
/** Above this a text is shown as it was typed: a table of a few characters can ask for 65 000 cells. */
const MOST_TOKENS = 8_000;

const parser = markdownit({ html: false, linkify: true, breaks: true, maxNesting: MOST_NESTING });
parser.validateLink = (address) => safeHref(address) !== null;
// Shown as typed: a name in foreign letters that imitates another is not made prettier.
parser.normalizeLinkText = (text) => text;
// Only what names its protocol is a link; else every "notes.md" would be one to Moldova.
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: true }).add('ftp:', null).add('//', null);
parser.core.ruler.after('inline', 'tasks', ({ tokens }) => tokens.forEach((item, at) => item.type === 'list_item_open' && markTask(item, tokens[at + 2])));

/** Takes the box off the front of a task, and tells the item whether it is done. @param {any} item @param {any} inline */
function markTask(item, inline) {
  const words = inline?.children?.[0];
  const box = words?.type === 'text' && /^\[([ xX])\] /.exec(words.content);
  if (!box) return;
  words.content = words.content.slice(box[0].length);
  item.meta = { done: box[1] !== ' ' };
}

/**
 * @typedef {{type: string, tag: string, nesting: number, content: string, info: string, markup: string, hidden: boolean, meta: any,
 *   children: Token[] | null, attrGet: (name: string) => string | null}} Token
 * @param {string} text @returns {Token[] | null} null when it has more parts than a page should hold
 */
export function parsed(text) {
  const tokens = /** @type {any} */ (parser.parse(text, {}));
  return countOf(tokens) > MOST_TOKENS ? null : tokens;
}

/** @param {Token[]} tokens */
const countOf = (tokens) => tokens.reduce((sum, token) => sum + 1 + (token.children?.length ?? 0), 0);
