// @ts-check
/** What the pages behind a message's links say of themselves: words only, so that nobody's browser asks anything of them. */
import { html } from '../core/html.js';
import { call } from '../net/http.js';
import { me } from '../net/session.js';
import { toastProblem } from '../state/notices.js';
import { safeHref } from '../text/links.js';
import { Icon } from './icon.js';

/** @param {{entry: any}} props */
export function Previews({ entry }) {
  if (!entry.previews?.length || entry.deleted_at) return null;
  const own = entry.author_id === me.value?.id;
  return html`
    <ul class="previews" aria-label="Links">
      ${entry.previews.map((preview) => html`<li key=${preview.url}><${PreviewCard} preview=${preview} onRemove=${own ? () => remove(entry.id, preview.url) : null} /></li>`)}
    </ul>
  `;
}

function PreviewCard({ preview: { url, title, description, site }, onRemove }) {
  const href = safeHref(url);
  if (!href) return null;
  return html`
    <article class="preview" aria-label=${title}>
      <div class="preview-words">
        <small>${site}</small>
        <a href=${href} target="_blank" rel="noopener noreferrer">${title}</a>
        ${description && html`<p>${description}</p>`}
      </div>
      ${onRemove && html`<button type="button" class="icon-button" tabindex="-1" aria-label=${`Remove preview of ${title}`} title="Remove preview" onClick=${onRemove}><${Icon} name="close" /></button>`}
    </article>
  `;
}

/** @param {string} messageId @param {string} url */
const remove = (messageId, url) => call('DELETE', `/messages/${messageId}/previews?url=${encodeURIComponent(url)}`).catch(toastProblem);
