// @ts-check
/** The reactions at a message. */
import { html } from '../core/html.js';
import { listed } from '../core/words.js';
import { me } from '../net/session.js';
import { customEmoji } from '../state/custom-emoji.js';
import { react } from '../state/messages.js';
import { nameOf } from '../state/store.js';
import { EmojiImage } from '../text/names.js';

const NAMED = 8;

/** @param {{message: import('../state/log.js').Entry}} props */
export function Reactions({ message }) {
  const given = Object.entries(message.reactions ?? {});
  if (!given.length) return null;
  return html`
    <ul class="reactions" aria-label="Reactions">
      ${given.map(([emoji, who]) => html`<li key=${emoji}><${Reaction} message=${message} emoji=${emoji} who=${who} /></li>`)}
    </ul>
  `;
}

/** An emoji, or the picture of one of the workspace's own. */
function Emoji({ emoji }) {
  const own = emoji.startsWith(':') && customEmoji.value.get(emoji.slice(1, -1));
  return own ? html`<${EmojiImage} emoji=${own} />` : emoji;
}

function Reaction({ message, emoji, who }) {
  const mine = who.includes(me.value?.id);
  const names = listed(who.map((id) => (id === me.value?.id ? 'You' : nameOf(id))), NAMED);
  return html`
    <button type="button" class="reaction" tabindex="-1" aria-pressed=${mine} title=${`${names} reacted with ${emoji}`} onClick=${() => react(message, emoji)}>
      <span class="emoji"><${Emoji} emoji=${emoji} /></span><span>${who.length}</span><span class="visually-hidden">, ${names}</span>
    </button>
  `;
}
