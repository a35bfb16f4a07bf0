// @ts-check
/** Making and changing what integrators connect: tokens, bots, slash commands. */
import { html, useState } from '../core/html.js';
import { changeBot, makeBot, makeToken, saveCommand } from '../state/integrations.js';
import { ScopeChoice, scopeProblem } from '../view/scopes.js';
import { closeDialog, Dialog, openDialog } from './dialog.js';
import { Field, formError, Submit, useForm } from './form.js';

const DAYS = [7, 30, 90, 365];
const USUAL = ['messages:read', 'messages:write', 'channels:read'];

/** @param {string} secret */
const askWho = (secret) => `curl -H 'Authorization: Bearer ${secret}' \\\n  ${location.origin}/api/v1/me`;

/** @param {{onMade: () => void}} props */
export function TokenDialog({ onMade }) {
  const [chosen, setChosen] = useState(new Set(USUAL));
  const { busy, problem, onSubmit } = useForm(async ({ name, days }) => {
    const { secret } = await makeToken({ name, days: Number(days), scopes: [...chosen] });
    onMade();
    openDialog('secret', { title: `Token “${name}”`, lead: 'A program that sends it acts for you, within its scopes.', secret, example: askWho(secret) });
  });
  return html`
    <${Dialog} title="New token" lead="It lets a program act for you. It may never do more than you may." class="tall">
      <form class="form" onSubmit=${onSubmit}>
        <p class="form-error" role="alert">${formError(problem, ['name', 'scopes', 'days'])}</p>
        <${Field} name="name" label="What for" problem=${problem} required maxlength="80" autofocus placeholder="such as Nightly report" />
        <div class="field"><label for="token-days">It ends after</label><select class="input" id="token-days" name="days">${DAYS.map((days) => html`<option key=${days} value=${days} selected=${days === 90}>${days === 365 ? 'a year' : `${days} days`}</option>`)}</select></div>
        <${ScopeChoice} chosen=${chosen} onChange=${setChosen} problem=${scopeProblem(problem)} />
        <div class="form-actions"><button type="button" class="button" onClick=${closeDialog}>Cancel</button><${Submit} busy=${busy}>Make token<//></div>
      </form>
    <//>
  `;
}

/** @param {{bot?: import('../state/integrations.js').Bot, onSaved: () => void}} props */
export function BotDialog({ bot, onSaved }) {
  const [chosen, setChosen] = useState(new Set(bot?.scopes ?? USUAL));
  const { busy, problem, onSubmit } = useForm(async ({ name, handle, description }) => {
    const fields = { name, description, scopes: [...chosen] };
    if (bot) {
      await changeBot(bot.id, fields);
      closeDialog();
    } else {
      const { secret } = await makeBot({ ...fields, ...(handle && { handle }) });
      openDialog('secret', { title: `${name}’s token`, lead: 'A program that sends it acts as this bot. Add the bot to channels as you add people.', secret, example: askWho(secret) });
    }
    onSaved();
  });
  return html`
    <${Dialog} title=${bot ? `Edit ${bot.name}` : 'New bot'} lead=${bot ? '' : 'An account of this workspace that a program acts as.'} class="tall">
      <form class="form" onSubmit=${onSubmit}>
        <p class="form-error" role="alert">${formError(problem, ['name', 'handle', 'description', 'scopes'])}</p>
        <${Field} name="name" label="Name" problem=${problem} required maxlength="80" autofocus value=${bot?.name} />
        ${!bot && html`<${Field} name="handle" label="Handle" problem=${problem} maxlength="33" autocapitalize="none" spellcheck="false" placeholder="of its name, if you leave this empty" />`}
        <${Field} name="description" label="What it does" problem=${problem} maxlength="80" value=${bot?.description} />
        <${ScopeChoice} chosen=${chosen} onChange=${setChosen} problem=${scopeProblem(problem)} />
        ${bot && html`<p class="hint">Other scopes cut its connections; it may come back at once.</p>`}
        <div class="form-actions"><button type="button" class="button" onClick=${closeDialog}>Cancel</button><${Submit} busy=${busy}>${bot ? 'Save' : 'Make bot'}<//></div>
      </form>
    <//>
  `;
}

/** @param {{command?: import('../state/integrations.js').SlashCommand, onSaved: () => void}} props */
export function CommandDialog({ command, onSaved }) {
  const { busy, problem, onSubmit } = useForm(async ({ name, url, usage, help }) => {
    const { secret } = await saveCommand({ id: command?.id, name, url, usage, help });
    if (secret) openDialog('secret', { title: `/${name.replace(/^\//, '')} is there`, lead: 'Each call is signed with this secret (Standard Webhooks). Check it before you answer.', label: 'Signing secret', secret });
    else closeDialog();
    onSaved();
  });
  return html`
    <${Dialog} title=${command ? `Edit /${command.name}` : 'New slash command'} lead=${command ? '' : 'Whoever writes it calls your address, and sees what that answers.'}>
      <form class="form" onSubmit=${onSubmit}>
        <p class="form-error" role="alert">${formError(problem, ['name', 'url', 'usage', 'help'])}</p>
        <${Field} name="name" label="Command" problem=${problem} required maxlength="33" autocapitalize="none" spellcheck="false" autofocus value=${command?.name} placeholder="such as weather" />
        <${Field} name="url" label="Address" type="url" problem=${problem} required value=${command?.url} placeholder="https://…" />
        <${Field} name="usage" label="What follows its name" problem=${problem} maxlength="100" value=${command?.usage} placeholder="such as [place]" />
        <${Field} name="help" label="What it does" problem=${problem} required maxlength="100" value=${command?.help} />
        <div class="form-actions"><button type="button" class="button" onClick=${closeDialog}>Cancel</button><${Submit} busy=${busy}>${command ? 'Save' : 'Make command'}<//></div>
      </form>
    <//>
  `;
}
