// @ts-check
/** Written text as people read it: in a message, and in the preview of one. */
import { html, useLayoutEffect, useMemo, useRef, useState } from '../core/html.js';
import { customEmoji } from '../state/custom-emoji.js';
import { emojiNamed } from './emoji.js';
import { parsed } from './markdown.js';
import { nodesOf } from './nodes.js';
import { piecesOf } from './pieces.js';

// Only texts this long are measured, to know whether they are folded.
const LONG = 900;
const MANY_LINES = 14;
const ONLY_EMOJI = /^(?:\p{RGI_Emoji}\s*){1,12}$/v;

/** The text of a message; a long one is folded. @param {{entry: {text: string}}} props */
export function MessageText({ entry: { text } }) {
  const long = text.length > LONG || text.split('\n', MANY_LINES).length === MANY_LINES;
  return long ? html`<${Folded} text=${text} />` : html`<${Markdown} text=${text} class="message-text" />`;
}

/** @param {{text: string, class?: string}} props */
export function Markdown({ text, class: kind = '' }) {
  const content = useMemo(() => contentOf(text), [text]);
  return html`<div class="text ${kind}" data-jumbo=${isOnlyEmoji(text) || undefined}>${content}</div>`;
}

// Most of what people say is one line of words. It needs no parser, and a page of it comes up sooner.
const PLAIN = /^\p{L}[^*_`~[\]<>#@:|\\&\n]*\S$/u;

/** @param {string} text */
function contentOf(text) {
  if (PLAIN.test(text)) return html`<p>${text}</p>`;
  const tokens = parsed(text);
  return tokens ? nodesOf(tokens) : html`<p class="text-plain">${text}</p>`;
}

/** @param {string} text */
function isOnlyEmoji(text) {
  if (text.length > 200 || PLAIN.test(text)) return false;
  const pieces = piecesOf(text.trim());
  return ONLY_EMOJI.test(pieces.map((piece) => (piece.emoji && characterOf(piece.emoji)) ?? piece.source ?? piece).join(''));
}

/** @param {string} name what an emoji counts as: one of the workspace's own as any other */
const characterOf = (name) => (customEmoji.value.has(name) ? '⭐' : emojiNamed(name)?.character);

function Folded({ text }) {
  const box = useRef(/** @type {any} */ (null));
  const [fold, setFold] = useState(/** @type {'folded' | 'open' | 'fits'} */ ('folded'));
  useLayoutEffect(() => {
    const { scrollHeight, clientHeight } = box.current;
    setFold(scrollHeight > clientHeight + 1 ? 'folded' : 'fits');
  }, [text]);
  return html`
    <div class="message-text">
      <div class="text-fold" ref=${box} data-fold=${fold}><${Markdown} text=${text} /></div>
      ${fold !== 'fits' && html`
        <button type="button" class="text-button text-unfold" aria-expanded=${fold === 'open'} onClick=${() => setFold(fold === 'open' ? 'folded' : 'open')}>
          ${fold === 'open' ? 'Show less' : 'Show more'}
        </button>`}
    </div>
  `;
}
