// @ts-check
/** Making and changing webhooks; an address or a secret is shown once. */
import { html, useEffect, useId, useState } from '../core/html.js';
import { toast, toastProblem } from '../state/notices.js';
import { channels } from '../state/store.js';
import { eventTypes, readdress, removeIncoming, removeOutgoing, renewSecret, saveIncoming, saveOutgoing } from '../state/webhooks.js';
import { Icon } from '../view/icon.js';
import { closeDialog, Dialog, openDialog } from './dialog.js';
import { Field, formError, Submit, useForm } from './form.js';
import { Question } from './small.js';

/** @param {(channel: any) => boolean} [wanted] */
const named = (wanted = () => true) =>
  [...channels.value.values()].map(({ value }) => value).filter((channel) => ['public', 'private'].includes(channel.kind) && !channel.archived && wanted(channel)).sort((one, other) => one.name.localeCompare(other.name));

/** @param {{hook?: import('../state/webhooks.js').Incoming, done: () => void}} props */
export function IncomingWebhook({ hook, done }) {
  const id = useId();
  const { busy, problem, onSubmit } = useForm(async ({ name, channel_id, may_choose_channel: free }) => {
    const made = /** @type {any} */ (await saveIncoming(hook?.id, { name, channel_id, may_choose_channel: free === 'on' }));
    done();
    if (made.url) openDialog('webhook-made', { title: `${name} may post now`, secret: made.url, label: 'Address', lead: 'Give this address to the program that posts. Whoever has it can post, so treat it as a password.' });
    else closeDialog();
  });
  return html`
    <${Dialog} title=${hook ? `Edit ${hook.name}` : 'New incoming webhook'} lead="Takes what Slack's incoming webhooks take: Grafana, Alertmanager, GitHub and others work by changing the address.">
      <form class="form" onSubmit=${onSubmit}>
        <p class="form-error" role="alert">${formError(problem, ['name', 'channel_id'])}</p>
        <${Field} name="name" label="Name" hint="Messages appear under it." problem=${problem} required maxlength="80" autofocus value=${hook?.name} placeholder="such as Alerts" />
        <div class="field"><label for=${id}>Channel</label><select class="input" id=${id} name="channel_id" required>${named().map((channel) => html`<option key=${channel.id} value=${channel.id} selected=${channel.id === hook?.channel_id}>${channel.kind === 'private' ? '🔒 ' : '#'}${channel.name}</option>`)}</select></div>
        <label class="check"><input type="checkbox" name="may_choose_channel" defaultChecked=${hook?.may_choose_channel} /><span>What is posted may name another public channel</span></label>
        <div class="form-actions"><button type="button" class="button" onClick=${closeDialog}>Cancel</button><${Submit} busy=${busy}>${hook ? 'Save' : 'Make webhook'}<//></div>
      </form>
    <//>
  `;
}

/** @param {{hook?: import('../state/webhooks.js').Outgoing, done: () => void}} props */
export function OutgoingWebhook({ hook, done }) {
  const [types, setTypes] = useState(/** @type {{name: string, title: string, group: string}[] | null} */ (null));
  useEffect(() => void eventTypes().then(setTypes, toastProblem), []);
  const { busy, problem, onSubmit } = useForm(async ({ name, url, keywords, from_bots: bots, ...given }) => {
    const chosen = (/** @type {string} */ kind) => Object.keys(given).filter((key) => key.startsWith(`${kind} `)).map((key) => key.slice(kind.length + 1));
    const wanted = { name, url, events: chosen('event'), channel_ids: chosen('channel'), keywords: keywords.split(',').map((word) => word.trim()).filter(Boolean), from_bots: bots === 'on' };
    const made = await saveOutgoing(hook?.id, wanted);
    done();
    if (made.secret) openDialog('webhook-made', { title: `${name} is told from now on`, secret: made.secret, label: 'Signing secret', lead: 'Give this secret to your server: by it, it knows that what comes is ours (Standard Webhooks).' });
    else closeDialog();
  });
  const groups = [...new Set((types ?? []).map(({ group }) => group))];
  return html`
    <${Dialog} title=${hook ? `Edit ${hook.name}` : 'New outgoing webhook'} class="tall" lead="Events are posted as JSON, signed by Standard Webhooks, and tried again until your server takes them.">
      <form class="form webhook-form" onSubmit=${onSubmit}>
        <p class="form-error" role="alert">${formError(problem, ['name', 'url', 'keywords'])}</p>
        <${Field} name="name" label="Name" problem=${problem} required maxlength="80" autofocus value=${hook?.name} placeholder="such as Deploy bot" />
        <${Field} name="url" label="Address" problem=${problem} required inputmode="url" value=${hook?.url} placeholder="https://example.com/hooks/parlour" />
        <fieldset class="webhook-choices"><legend>Events</legend>
          ${groups.map((group) => html`<div key=${group} role="group" aria-label=${group}><b>${group}</b>${types?.filter((type) => type.group === group).map(({ name, title }) => html`<label class="check" key=${name}><input type="checkbox" name=${`event ${name}`} defaultChecked=${hook ? hook.events.includes(name) : name === 'message.sent'} /><span>${title}</span></label>`)}</div>`)}
        </fieldset>
        <fieldset class="webhook-choices"><legend>Channels</legend><p class="hint">None chosen: all public ones. A private channel only when it is chosen here. Conversations never.</p>
          <div class="webhook-channels">${named().map(({ id, name, kind }) => html`<label class="check" key=${id}><input type="checkbox" name=${`channel ${id}`} defaultChecked=${hook?.channel_ids.includes(id)} /><span>${kind === 'private' ? '🔒 ' : '#'}${name}</span></label>`)}</div>
        </fieldset>
        <${Field} name="keywords" label="Keywords (optional)" hint="Separated by commas: only messages with one of them." problem=${problem} value=${hook?.keywords.join(', ')} />
        <label class="check"><input type="checkbox" name="from_bots" defaultChecked=${hook?.from_bots} /><span>What bots write, too. Beware of loops</span></label>
        <div class="form-actions"><button type="button" class="button" onClick=${closeDialog}>Cancel</button><${Submit} busy=${busy}>${hook ? 'Save' : 'Make webhook'}<//></div>
      </form>
    <//>
  `;
}

/** What is shown once. @param {{title: string, lead: string, label: string, secret: string}} props */
export function WebhookMade({ title, lead, label, secret }) {
  const copy = () => navigator.clipboard.writeText(secret).then(() => toast(`${label} copied`), toastProblem);
  return html`
    <${Dialog} title=${title} lead=${lead}>
      <div class="form">
        <label class="field"><span>${label}</span><input class="input webhook-secret" readonly value=${secret} onFocus=${(event) => event.currentTarget.select()} /></label>
        <p class="webhook-once"><${Icon} name="alert" /><span>It cannot be shown again. If it is lost, make a new one.</span></p>
        <div class="form-actions">
          ${navigator.clipboard && html`<button type="button" class="button" onClick=${copy}><${Icon} name="copy" />Copy</button>`}
          <button type="button" class="button primary" onClick=${closeDialog}>I have kept it</button>
        </div>
      </div>
    <//>
  `;
}

/** @param {{hook: any, done: () => void}} props */
export function ReaddressWebhook({ hook, done }) {
  const run = async () => {
    const made = await readdress(hook.id);
    done();
    setTimeout(() => openDialog('webhook-made', { title: `${hook.name} has a new address`, secret: made.url, label: 'Address', lead: 'The one before takes nothing any more.' }));
  };
  return html`<${Question} title=${`New address for ${hook.name}?`} action="Make a new address" stay="Keep the present one" run=${run}>The present address ends at once: programs that post to it have to be changed.<//>`;
}

/** @param {{hook: any, done: () => void}} props */
export function RenewWebhookSecret({ hook, done }) {
  const run = async () => {
    const made = await renewSecret(hook.id);
    done();
    setTimeout(() => openDialog('webhook-made', { title: `${hook.name} has a new secret`, secret: made.secret, label: 'Signing secret', lead: 'For a day, what is sent is signed with the one before as well.' }));
  };
  return html`<${Question} title=${`New secret for ${hook.name}?`} action="Make a new secret" stay="Keep the present one" run=${run}>For a day everything is signed with both, so that your server can change over without losing anything.<//>`;
}

/** @param {{hook: any, incoming?: boolean, done: () => void}} props */
export function RemoveWebhook({ hook, incoming = false, done }) {
  const run = () => (incoming ? removeIncoming : removeOutgoing)(hook.id).then(() => (toast(`${hook.name} was deleted.`), done()));
  return html`<${Question} title=${`Delete ${hook.name}?`} action="Delete" stay="Keep it" run=${run}>${incoming ? 'Its address takes nothing any more. What it posted stays.' : 'What waits for it is not sent, and its log is gone.'}<//>`;
}
