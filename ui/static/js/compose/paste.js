// @ts-check
/** Rich text from the clipboard, as Markdown. Loaded when the first is pasted. */
import { gfm } from 'turndown-plugin-gfm';
import { safeHref } from '../text/links.js';

const IGNORED = ['script', 'style', 'head', 'title', 'noscript', 'iframe', 'object', 'embed', 'template', 'svg', 'button', 'select', 'textarea'];

// Pages under trusted types take markup from a named policy alone. What this one lets through is only ever read, in a
// document that runs and loads nothing.
const policy = /** @type {any} */ (window).trustedTypes?.createPolicy('parlour-inert', { createHTML: (/** @type {string} */ text) => text });
const turndown = await library();

/** The library tries at once whether it may parse strings. It never has to here, and the policy would report that it tried. */
async function library() {
  const { DOMParser: parser } = window;
  Object.assign(window, { DOMParser: undefined });
  const { default: Turndown } = await import('turndown').finally(() => Object.assign(window, { DOMParser: parser }));
  const made = new Turndown({ headingStyle: 'atx', bulletListMarker: '-', codeBlockStyle: 'fenced', emDelimiter: '*', strongDelimiter: '**', hr: '---' });
  made.use(gfm);
  made.remove(/** @type {any} */ (IGNORED));
  made.addRule('struck', { filter: ['del', 's', /** @type {any} */ ('strike')], replacement: (content) => (content.trim() ? `~~${content}~~` : content) });
  made.addRule('links', { filter: 'a', replacement: (content, node) => linkOf(content, /** @type {any} */ (node)) });
  made.addRule('images', { filter: 'img', replacement: (_content, node) => /** @type {any} */ (node).alt ?? '' });
  return made;
}

/** @param {string} markup what another program put on the clipboard @returns {string} Markdown; empty when there is nothing in it */
export function markdownOf(markup) {
  const quiet = withoutBehaviour(markup);
  const inert = new DOMParser().parseFromString(policy ? policy.createHTML(quiet) : quiet, 'text/html');
  for (const styled of inert.body.querySelectorAll('b, strong, span')) emphasise(styled, inert);
  return turndown.turndown(inert.body).replaceAll('\u00a0', ' ').replace(/^(\s*(?:-|\d+\.)) +/gm, '$1 ').trim();
}

/**
 * Styles and handlers do nothing in a document that is only read, but the page's policy would report each of them.
 * @param {string} markup
 */
const withoutBehaviour = (markup) =>
  markup
    .replace(/<(\/?)(?:style|script)\b/gi, '<$1template')
    .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/([\s"'/])(style|on[a-z]+)(?=\s*=)/gi, '$1data-$2'));

/** Office programs say bold by style, and wrap everything in a `<b>` that is not. @param {Element} element @param {Document} inert */
function emphasise(element, inert) {
  const style = element.getAttribute('data-style') ?? '';
  const weight = /font-weight:\s*(\w+)/i.exec(style)?.[1];
  const isBold = weight ? weight.startsWith('bold') || Number(weight) >= 600 : element.localName !== 'span';
  const name = isBold ? 'strong' : /font-style:\s*italic/i.test(style) ? 'em' : 'span';
  if (name === element.localName) return;
  const other = inert.createElement(name);
  other.append(...element.childNodes);
  element.replaceWith(other);
}

/** @param {string} content @param {HTMLAnchorElement} node */
function linkOf(content, node) {
  const href = safeHref(node.getAttribute('href') ?? '');
  if (!href || !content.trim()) return content;
  return node.textContent === href || node.textContent === node.getAttribute('href') ? href : `[${content}](${href})`;
}

/** Whether markup says more than the plain text beside it. @param {string} markup */
export const isRich = (markup) => /<(a|b|strong|i|em|s|del|strike|code|pre|ul|ol|table|blockquote|h[1-6]|u|mark)\b|font-weight|font-style/i.test(markup);
