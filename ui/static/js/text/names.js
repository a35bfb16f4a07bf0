// @ts-check
/** What `@people`, `#channels` and `:emoji:` become, once it is known that there are such. */
import { computed } from '@preact/signals-core';
import { html } from '../core/html.js';
import { me } from '../net/session.js';
import { openChannel, pathTo, workspace } from '../state/route.js';
import { customEmoji } from '../state/custom-emoji.js';
import { groupsByHandle } from '../state/groups.js';
import { channels, myGroupIds, nameOf, peopleByHandle } from '../state/store.js';
import { listed } from '../core/words.js';
import { showProfile } from '../view/profile-card.js';
import { emojiNamed } from './emoji.js';

/** @param {{handle: string, source: string}} props */
export function PersonName({ handle, source }) {
  const person = peopleByHandle.value.get(handle);
  const group = groupsByHandle.value.get(handle);
  if (!person && group) return html`<span class="mention" data-own=${myGroupIds.value.has(group.id) || undefined} title=${`${group.name}: ${listed(group.user_ids.map(nameOf), 3)}`}>${source}</span>`;
  if (!person) return source;
  const own = person.id === me.value?.id;
  return html`<button type="button" class="mention" tabindex="-1" data-own=${own || undefined} data-user=${person.id} title=${person.name} onClick=${(event) => showProfile(person.id, event)}>${source}</button>`;
}

/** @param {{source: string}} props */
export const Everyone = ({ source }) => html`<span class="mention" data-own>${source}</span>`;

const channelsByName = computed(() => {
  const known = [...channels.value.values()].map((channel) => channel.value);
  const here = known.filter(({ workspace_id: place, kind }) => place === workspace.value?.id && kind !== 'direct' && kind !== 'group');
  return new Map(here.map((channel) => [channel.name.toLowerCase(), channel.id]));
});

/** @param {{name: string, source: string}} props */
export function ChannelName({ name, source }) {
  const id = channelsByName.value.get(name.toLowerCase());
  if (!id) return source;
  const open = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openChannel(id);
  };
  return html`<a class="mention" href=${pathTo(workspace.value?.slug ?? '', id)} onClick=${open}>${source}</a>`;
}

/** @param {{name: string, source: string}} props */
export function EmojiName({ name, source }) {
  const own = customEmoji.value.get(name);
  if (own) return html`<${EmojiImage} emoji=${own} />`;
  const emoji = emojiNamed(name);
  return emoji ? html`<span class="emoji" role="img" aria-label=${emoji.label} title=${source}>${emoji.character}</span>` : source;
}

/** An emoji of the workspace's own. @param {{emoji: import('../state/custom-emoji.js').CustomEmoji}} props */
export const EmojiImage = ({ emoji: { name, url } }) => html`<img class="emoji" src=${url} alt=${`:${name}:`} title=${`:${name}:`} loading="lazy" draggable="false" />`;
