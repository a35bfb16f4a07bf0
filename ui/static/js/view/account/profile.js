// @ts-check
/** My profile: the picture and the words by which others know me, and how I read times and numbers. */
import { html, useRef, useState } from '../../core/html.js';
import { LOCALE, rememberLanguage } from '../../core/locale.js';
import { Field, formError, Submit, useForm } from '../../dialogs/form.js';
import { useChosen } from '../../dialogs/listing.js';
import { me } from '../../net/session.js';
import { changeProfile } from '../../state/myself.js';
import { toast, toastProblem } from '../../state/notices.js';
import { putAvatar, removeAvatar } from '../../state/profile.js';
import { Avatar } from '../avatar.js';
import { Icon } from '../icon.js';
import { Crop } from './crop.js';

const PICTURES = 'image/png,image/jpeg,image/webp,image/gif';
const LANGUAGES = ['cs', 'da', 'de', 'de-AT', 'de-CH', 'el', 'en', 'en-AU', 'en-CA', 'en-GB', 'en-IE', 'en-IN', 'en-US', 'es', 'es-MX', 'et', 'fi', 'fr', 'fr-CA', 'hu', 'it', 'ja', 'ko', 'lt', 'lv', 'nb', 'nl', 'pl', 'pt', 'pt-BR', 'ro', 'sk', 'sl', 'sv', 'tr', 'uk', 'zh-Hans', 'zh-Hant'];
const FIELDS = ['name', 'handle', 'title', 'pronouns', 'timezone', 'language'];

export function ProfileSection() {
  return html`
    <section class="account-part" aria-label="Picture"><h2>Picture</h2><${Picture} /></section>
    <section class="account-part" aria-label="About you"><h2>About you</h2><${Words} /></section>
  `;
}

function Picture() {
  const [file, setFile] = useState(/** @type {File | null} */ (null));
  const choose = useRef(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);
  const take = async (/** @type {Blob} */ picture) => {
    setBusy(true);
    await putAvatar(picture).then(() => (setFile(null), toast('Your picture is shown from now on.')), toastProblem);
    setBusy(false);
  };
  const remove = useChosen(async () => {
    await removeAvatar();
    toast('Your initials are shown again.');
  }, toastProblem);
  const fault = () => {
    setFile(null);
    toastProblem(new Error('This picture cannot be read. Choose a PNG, JPEG, WebP or GIF.'));
  };
  const onChange = (event) => {
    setFile(event.currentTarget.files[0] ?? null);
    event.currentTarget.value = '';
  };
  if (file) return html`<${Crop} file=${file} busy=${busy} onCut=${take} onCancel=${() => setFile(null)} onFault=${fault} />`;
  return html`
    <div class="profile-picture">
      <${Avatar} userId=${me.value?.id ?? ''} side=${512} />
      <div>
        <p class="account-words">Others see it wherever they see you.</p>
        <div class="profile-deeds">
          <button type="button" class="button" onClick=${() => choose.current.click()}><${Icon} name="image" />${me.value?.avatar ? 'Choose another…' : 'Choose a picture…'}</button>
          ${me.value?.avatar && html`<button type="button" class="button" disabled=${remove.busy} aria-busy=${remove.busy ? 'true' : undefined} onClick=${remove.choose}>Remove</button>`}
        </div>
        <input class="visually-hidden" type="file" accept=${PICTURES} tabindex="-1" aria-label="A picture of you" ref=${choose} onChange=${onChange} />
      </div>
    </div>
  `;
}

function Words() {
  const mine = /** @type {any} */ (me.value ?? {});
  const { busy, problem, onSubmit } = useForm(async (given) => {
    await changeProfile(given);
    if (rememberLanguage(given.language)) location.reload();
    else toast('Your profile is saved.');
  });
  return html`
    <form class="form" aria-label="About you" onSubmit=${onSubmit}>
      <p class="form-error" role="alert">${formError(problem, FIELDS)}</p>
      <${Field} name="name" label="Name" problem=${problem} required maxlength="80" autocomplete="name" value=${mine.name} />
      <${Field} name="handle" label="Handle" problem=${problem} required maxlength="33" autocapitalize="none" spellcheck="false" value=${mine.handle} hint="What others type behind @ to mention you." />
      <${Field} name="title" label="Title" problem=${problem} maxlength="80" autocomplete="organization-title" value=${mine.title ?? ''} hint="What you do here." />
      <${Field} name="pronouns" label="Pronouns" problem=${problem} maxlength="40" value=${mine.pronouns ?? ''} hint="How others speak of you, if you want to say that." />
      <${Choice} name="timezone" label="Time zone" problem=${problem} value=${mine.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone} options=${zones(mine.timezone)} hint="Others see your local time; quiet hours and reminders go by it." />
      <${Choice} name="language" label="Dates and numbers" problem=${problem} value=${mine.language ?? ''} options=${languages(mine.language)} hint="How times, dates and numbers are written for you. Parlour itself speaks English." />
      <div class="form-actions"><${Submit} busy=${busy}>Save<//></div>
    </form>
  `;
}

/** @param {{name: string, label: string, value: string, options: [string, string][], problem: any, hint: string}} props */
function Choice({ name, label, value, options, problem, hint }) {
  const error = problem?.errors?.find((fault) => fault.field === name)?.detail ?? '';
  return html`
    <div class="field">
      <label for=${`my-${name}`}>${label}</label>
      <select class="input" id=${`my-${name}`} name=${name} aria-describedby=${`my-${name}-hint`} aria-invalid=${error ? 'true' : undefined}>
        ${options.map(([key, words]) => html`<option key=${key} value=${key} selected=${key === value}>${words}</option>`)}
      </select>
      <p class="hint" id=${`my-${name}-hint`}>${hint}</p>
      <p class="error" role="alert">${error}</p>
    </div>
  `;
}

/** @param {string | null} chosen @returns {[string, string][]} */
function zones(chosen) {
  const known = Intl.supportedValuesOf('timeZone');
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return [...new Set([...known, here, ...(chosen ? [chosen] : [])])].sort().map((zone) => [zone, zone.replaceAll('_', ' ')]);
}

/** @param {string | null} chosen @returns {[string, string][]} */
function languages(chosen) {
  const named = new Intl.DisplayNames(LOCALE ?? 'en', { type: 'language' });
  const known = [...new Set([...LANGUAGES, ...(chosen ? [chosen] : [])])];
  const example = (/** @type {string} */ tag) => new Intl.DateTimeFormat(tag, { dateStyle: 'short' }).format(new Date());
  return [['', 'As this browser is set'], .../** @type {[string, string][]} */ (known.map((tag) => [tag, `${named.of(tag)} – ${example(tag)}`]))];
}
