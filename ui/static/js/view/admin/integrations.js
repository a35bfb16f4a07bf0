// @ts-check
/** What a workspace has of bots and slash commands, for those who run its integrations. */
import { html } from '../../core/html.js';
import { longDate } from '../../core/dates.js';
import { agoWords } from '../../core/spans.js';
import { openDialog } from '../../dialogs/dialog.js';
import { Failed, Waiting } from '../../dialogs/listing.js';
import { bots, deactivateBot, removeCommand, rotateBot, rotateCommand, slashCommands } from '../../state/integrations.js';
import { toast, toastProblem } from '../../state/notices.js';
import { nameOf } from '../../state/store.js';
import { Avatar } from '../avatar.js';
import { Used } from '../account/tokens.js';
import { Icon } from '../icon.js';
import { useLoaded } from '../loaded.js';
import { ScopeList } from '../scopes.js';

/** @typedef {import('../../state/integrations.js').Bot} Bot @typedef {import('../../state/integrations.js').SlashCommand} SlashCommand */

export const IntegrationsSection = () => html`<div class="integrations"><${Bots} /><${Commands} /></div>`;

/** @param {{list: ReturnType<typeof useLoaded>, empty: string, row: (item: any) => any}} props */
function List({ list: { found, problem, load }, empty, row }) {
  const items = /** @type {any[] | null} */ (found);
  if (problem && !items) return html`<${Failed} problem=${problem} onRetry=${load} />`;
  if (!items) return html`<${Waiting} />`;
  if (!items.length) return html`<p class="operations-none"><${Icon} name="check" />${empty}</p>`;
  return html`<ul class="integration-list">${items.map((item) => html`<li key=${item.id}>${row(item)}</li>`)}</ul>`;
}

function Bots() {
  const list = useLoaded(bots);
  return html`
    <section aria-label="Bots">
      <header class="integrations-head">
        <h2>Bots</h2>
        <button type="button" class="button primary" onClick=${() => openDialog('bot', { onSaved: list.load })}><${Icon} name="plus" />New bot</button>
        <p>A program acts as a bot by its token: it hears and says in the channels that people add it to. The <a href="/docs">documentation</a> begins with one.</p>
      </header>
      <${List} list=${list} empty="This workspace has no bots." row=${(bot) => html`<${OneBot} bot=${bot} changed=${list.load} />`} />
    </section>
  `;
}

/** @param {{bot: Bot, changed: () => void}} props */
function OneBot({ bot, changed }) {
  const { id, name, handle, description, scopes, owner_id: owner, created_at: made, deactivated_at: off, token } = bot;
  const shown = ({ secret }) => {
    changed();
    openDialog('secret', { title: `${name}’s new token`, lead: 'The one before has ended: what was connected with it is cut.', secret });
  };
  const rotate = () => rotateBot(id).then(shown, toastProblem);
  const deactivate = () => deactivateBot(id).then(() => (toast(`${name} is deactivated.`), changed()), toastProblem);
  const askRotate = () => (off ? rotate() : openDialog('confirm-action', { label: 'New token', question: `The token ${name} has now ends at once.`, onConfirm: rotate }));
  const askDeactivate = () => openDialog('confirm-action', { label: `Deactivate ${name}`, question: 'Nothing lets it in any more. What it said stays, and a new token brings it back.', danger: true, onConfirm: deactivate });
  return html`
    <article class="integration" aria-label=${name} data-off=${off ? true : undefined}>
      <${Avatar} userId=${id} name=${name} />
      <div>
        <h3>${name} <small>@${handle}</small>${off && html`<span class="person-bot">Deactivated</span>`}</h3>
        ${description && html`<p>${description}</p>`}
        <p>${off ? html`Deactivated ${agoWords(off)}` : html`<${Used} at=${token?.last_used_at ?? null} address=${token?.address} />`} · made by ${nameOf(owner)} on ${longDate(made)}</p>
      </div>
      <div class="integration-deeds">
        <button type="button" class="button" onClick=${() => openDialog('bot', { bot, onSaved: changed })}>Edit<span class="visually-hidden"> ${name}</span></button>
        <button type="button" class="button" onClick=${askRotate}>${off ? 'Bring back' : 'New token'}<span class="visually-hidden"> ${name}</span></button>
        ${!off && html`<button type="button" class="button" onClick=${askDeactivate}>Deactivate<span class="visually-hidden"> ${name}</span></button>`}
      </div>
      <div></div><${ScopeList} scopes=${scopes} />
    </article>
  `;
}

function Commands() {
  const list = useLoaded(slashCommands);
  return html`
    <section aria-label="Slash commands">
      <header class="integrations-head">
        <h2>Slash commands</h2>
        <button type="button" class="button primary" onClick=${() => openDialog('slash-command', { onSaved: list.load })}><${Icon} name="plus" />New command</button>
        <p>Whoever writes a command calls your address. Its answer is for them alone, or for the channel.</p>
      </header>
      <${List} list=${list} empty="This workspace has no commands of its own." row=${(command) => html`<${OneCommand} command=${command} changed=${list.load} />`} />
    </section>
  `;
}

/** @param {{command: SlashCommand, changed: () => void}} props */
function OneCommand({ command, changed }) {
  const { id, name, url, usage, help, last_used_at: used, failed_at: failed, failure } = command;
  const secretShown = ({ secret }) => openDialog('secret', { title: `/${name}’s new secret`, lead: 'Calls are signed with it from now on.', label: 'Signing secret', secret });
  const rotate = () => rotateCommand(id).then(secretShown, toastProblem);
  const remove = () => removeCommand(id).then(() => (toast(`/${name} is deleted.`), changed()), toastProblem);
  return html`
    <article class="integration" aria-label=${`/${name}`}>
      <span class="integration-mark"><${Icon} name="keyboard" /></span>
      <div>
        <h3>/${name} ${usage && html`<small>${usage}</small>`}</h3>
        <p>${help}</p>
        <p>${url}</p>
        ${failure ? html`<p data-bad>Failed ${failed && agoWords(failed)}: its address ${failure}.</p>` : html`<p><${Used} at=${used} /></p>`}
      </div>
      <div class="integration-deeds">
        <button type="button" class="button" onClick=${() => openDialog('slash-command', { command, onSaved: changed })}>Edit<span class="visually-hidden"> /${name}</span></button>
        <button type="button" class="button" onClick=${() => openDialog('confirm-action', { label: 'New secret', question: 'Calls are signed with the new one at once.', onConfirm: rotate })}>New secret<span class="visually-hidden"> of /${name}</span></button>
        <button type="button" class="button" onClick=${() => openDialog('confirm-action', { label: `Delete /${name}`, question: 'What it said stays.', danger: true, onConfirm: remove })}>Delete<span class="visually-hidden"> /${name}</span></button>
      </div>
    </article>
  `;
}
