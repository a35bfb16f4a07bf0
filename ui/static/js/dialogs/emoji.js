// @ts-check
/** The workspace's own emoji: what there are, and adding and taking away. */
import { html, useState } from '../core/html.js';
import { me } from '../net/session.js';
import { addEmoji, customEmoji, removeEmoji } from '../state/custom-emoji.js';
import { toast, toastProblem } from '../state/notices.js';
import { workspace } from '../state/route.js';
import { nameOf } from '../state/store.js';
import { EmojiImage } from '../text/names.js';
import { Dialog } from './dialog.js';
import { Field, formError, Submit, useForm } from './form.js';
import { Listing } from './listing.js';
import { may } from '../state/rights.js';

export function CustomEmoji() {
  const known = [...customEmoji.value.values()].sort((a, b) => a.name.localeCompare(b.name));
  return html`
    <${Dialog} title="Custom emoji" class="tall" lead=${`Of ${workspace.value?.name ?? 'this workspace'}: for messages and reactions.`}>
      <${NewEmoji} />
      <${Listing} label="Custom emoji" items=${known} keyOf=${({ name }) => name} empty="None yet. Add the first." row=${(emoji) => html`<${Row} emoji=${emoji} />`} />
    <//>
  `;
}

function NewEmoji() {
  const [picked, setPicked] = useState(/** @type {File | null} */ (null));
  const [name, setName] = useState('');
  const { busy, problem, onSubmit } = useForm(async () => {
    await addEmoji(name.trim(), /** @type {File} */ (picked));
    toast(`:${name.trim()}: was added.`);
    setPicked(null);
    setName('');
  });
  const pick = ({ currentTarget: { files } }) => {
    setPicked(files[0] ?? null);
    if (files[0] && !name) setName(nameFrom(files[0].name));
  };
  return html`
    <form class="form emoji-form" onSubmit=${onSubmit}>
      <label class="button emoji-file">${picked ? picked.name : 'Choose a picture'}<input class="visually-hidden" type="file" name="image" required accept="image/png,image/gif,image/webp,image/jpeg" onChange=${pick} /></label>
      <${Field} name="name" label="Name" problem=${problem} hint="a–z, 0–9, _, + and -" value=${name} maxlength="32" required onInput=${(event) => setName(event.currentTarget.value)} />
      <p class="form-error" role="alert">${formError(problem, ['name'])}</p>
      <${Submit} busy=${busy} disabled=${busy || !picked || !name.trim()}>Add emoji<//>
    </form>
  `;
}

/** @param {string} file */
const nameFrom = (file) => file.replace(/\.\w+$/, '').toLowerCase().replace(/[^a-z0-9_+-]+/g, '_').slice(0, 32);

function Row({ emoji }) {
  const [sure, setSure] = useState(false);
  const isMine = emoji.created_by === me.value?.id || may('emoji.remove_any');
  const remove = () => (sure ? removeEmoji(emoji.name).catch(toastProblem) : setSure(true));
  return html`
    <${EmojiImage} emoji=${emoji} />
    <span class="listing-text"><b>:${emoji.name}:</b><small>Added by ${nameOf(emoji.created_by)}</small></span>
    ${isMine && html`<button type="button" class="button ${sure ? 'danger' : ''}" onClick=${remove} onBlur=${() => setSure(false)}>${sure ? 'Really remove' : 'Remove'}<span class="visually-hidden"> ${emoji.name}</span></button>`}
  `;
}
