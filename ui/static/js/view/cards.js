// @ts-check
/**
 * What integrators show below a text: parts in their order, with a bar of their colour. Words alone: pictures are links, so that
 * nobody's browser asks anything of whoever serves them.
 */
import { html } from '../core/html.js';
import { exactTime } from '../core/dates.js';
import { whenOf } from '../core/times.js';
import { authorOf, nameOf } from '../state/store.js';
import { safeHref } from '../text/links.js';
import { Markdown } from '../text/message.js';
import { EmojiName } from '../text/names.js';
import { Icon } from './icon.js';

/**
 * @typedef {{title?: string, text?: string, short?: boolean}} Field
 * @typedef {{kind: string, text?: string, url?: string, fields?: Field[], links?: {text: string, url: string}[], at?: string}} Part
 * @typedef {{parts: Part[], colour?: string, summary?: string}} Card
 */

/** @param {{entry: any}} props */
export function Cards({ entry }) {
  if (!entry.cards?.length || entry.deleted_at) return null;
  return html`<div class="hook-cards">${entry.cards.map((/** @type {Card} */ card, /** @type {number} */ at) => html`<${OneCard} key=${at} card=${card} />`)}</div>`;
}

/** A name that an integrator chose is not taken for a person's. @param {{entry: any}} props */
export const ViaWebhook = ({ entry }) =>
  entry.via === 'webhook' ? html`<span class="message-via" title=${`Posted by the webhook ${nameOf(entry.author_id)}`}>via ${entry.shown_as?.name ? nameOf(entry.author_id) : 'webhook'}</span>` : null;

/** The emoji that stands for an integrator's picture; decoration, the name stands beside it. @param {{entry: any}} props */
export const IntegrationAvatar = ({ entry }) =>
  html`<span class="avatar hook-avatar" aria-hidden="true"><${EmojiName} name=${entry.shown_as.emoji.replaceAll(':', '')} source=${authorOf(entry).slice(0, 1)} /></span>`;

/** @param {{card: Card}} props */
const OneCard = ({ card: { colour, parts } }) => html`
  <div class="hook-card" data-coloured=${colour ? true : undefined}>
    ${colour && html`<span class="hook-bar" aria-hidden="true" style=${{ background: colour }} />`}
    ${parts.map((part, at) => html`<${PARTS[part.kind] ?? Text} key=${at} part=${part} />`)}
  </div>
`;

/** @param {{part: Part}} props */
const Text = ({ part: { text = '' } }) => (text ? html`<${Markdown} text=${text} />` : null);

/** @param {{part: Part}} props */
const Heading = ({ part: { text = '', url } }) => html`<div class="hook-heading"><${Linked} url=${url}><${Markdown} text=${text} /><//></div>`;

/** @param {{part: Part}} props */
const Note = ({ part: { text = '', url, at } }) => html`
  <div class="hook-note"><${Linked} url=${url}>${text && html`<${Markdown} text=${text} />`}<//>${at && html`<time datetime=${at} title=${exactTime(at)}>${whenOf(at)}</time>`}</div>
`;

/** @param {{part: Part}} props */
const Fields = ({ part: { fields = [] } }) => html`
  <dl class="hook-fields">
    ${fields.map(({ title, text = '', short }, at) => html`<div key=${at} data-short=${short || undefined}><dt>${title ? html`<${Markdown} text=${title} />` : html`<span class="visually-hidden">Fact</span>`}</dt><dd><${Markdown} text=${text} /></dd></div>`)}
  </dl>
`;

/** @param {{part: Part}} props */
function Picture({ part: { text, url = '' } }) {
  const href = safeHref(url);
  return href && html`<p class="hook-picture"><${Icon} name="image" /><a href=${href} target="_blank" rel="noopener noreferrer">${text ? html`<${Markdown} text=${text} />` : 'Picture'}<span class="hook-host">(${new URL(href).host})</span></a></p>`;
}

/** @param {{part: Part}} props */
const Links = ({ part: { links = [] } }) => html`
  <p class="hook-links">${links.map(({ text, url }, at) => {
    const href = safeHref(url);
    return href && html`<a key=${at} class="button" href=${href} title=${new URL(href).host} target="_blank" rel="noopener noreferrer"><${Markdown} text=${text} /><${Icon} name="external" /></a>`;
  })}</p>
`;

const Line = () => html`<hr />`;

const PARTS = { text: Text, heading: Heading, note: Note, fields: Fields, image: Picture, links: Links, line: Line };

/** Words, as a link where they lead somewhere. @param {{url?: string, children: any}} props */
function Linked({ url, children }) {
  const href = url && safeHref(url);
  return href ? html`<a href=${href} title=${new URL(href).host} target="_blank" rel="noopener noreferrer">${children}</a>` : children;
}
