// @ts-check
/**
 * What begins with a slash is done rather than said. `say` decides; two slashes send text that begins with one.
 */
import { effect, signal } from '@preact/signals-core';
import { call } from '../net/http.js';
import { on, request } from '../net/connection.js';
import { newId } from '../core/ids.js';
import { openDialog } from '../dialogs/dialog.js';
import { readAsk } from './approvals.js';
import { toast, toastProblem } from './notices.js';
import { send } from './outbox.js';
import { openChannel, workspace } from './route.js';
import { channels } from './store.js';

const TOAST_MOST = 120;

/** @typedef {{name: string, usage: string, help: string, own?: boolean}} Command */

/** @type {import('@preact/signals-core').Signal<Command[]>} what there is in the workspace on screen, once it was asked for */
export const commands = signal([]);
/** The workspace they are of. */
let of = '';

/** Asks what commands there are in the workspace on screen, once. @returns {Promise<Command[]>} */
export async function loadCommands() {
  const here = workspace.peek()?.id ?? '';
  if (!commands.peek().length || of !== here) commands.value = (await call('GET', `/workspaces/${here}/commands`)).items;
  of = here;
  return commands.peek();
}

/** Asks anew when they are next wanted: the workspace changed its own. */
export const forgetCommands = () => (commands.value = []);

/** Hears later answers to what I ran. Call once. */
export function followCommands() {
  effect(() => void (workspace.value?.id !== of && forgetCommands()));
  on('command.answered', ({ command, text }) => showAnswer(command, text));
}

/** An answer for me alone; what does not fit a toast is opened. @param {string} command @param {string} text */
function showAnswer(command, text) {
  if (text.length > TOAST_MOST || text.includes('\n')) openDialog('command-answer', { command, text });
  else toast(`${command}: ${text}`);
}

/** @param {string} text */
export const isCommand = (text) => /^\/[^\s/]/.test(text);

/** Says a text in a channel or thread, or does what it commands; what goes with files is always said. @param {string} channelId @param {string} text @param {import('./outbox.js').Place} [place] */
export function say(channelId, text, place) {
  if (isCommand(text) && !place?.file_ids) run(channelId, text, place);
  else send(channelId, text.replace(/^\/\//, '/'), place);
}

/** @param {string} channelId @param {string} text @param {import('./outbox.js').Place} [place] */
async function run(channelId, text, place = {}) {
  const { thread_root_id } = place;
  // Trying again keeps the id, so that what a command sends is never sent twice.
  const asked = { channel_id: channelId, text, thread_root_id, client_id: newId() };
  const ask = (more = {}) => request('command.run', { ...asked, ...more }).then((answer) => show(channelId, answer, text), failed);
  /** @param {import('../net/problem.js').Problem} problem */
  const failed = (problem) => {
    const actions = {
      unknown_command: { label: 'Send as text', run: () => send(channelId, text, place) },
      confirm_everyone: { label: 'Send anyway', run: () => ask({ confirm_everyone: true }) },
    };
    const again = problem.passing ? { label: 'Try again', run: () => ask() } : undefined;
    toast(problem.message, { tone: 'alert', action: actions[problem.code] ?? again });
  };
  await ask();
}

/** @param {string} channelId @param {{notice?: string, channel_id?: string, dialog?: string, answered_by?: string}} outcome @param {string} text that was run */
function show(channelId, { notice, channel_id: to, dialog, answered_by: command }, text) {
  const channel = channels.peek().get(channelId);
  if (dialog === 'channel' && channel) openDialog('channel', { channel });
  else if (dialog === 'approval' && channel) openDialog('approval', { channel: channel.peek(), ...readAsk(channelId, text.replace(/^\/\S+/, '')) });
  else if (dialog) openDialog(dialog);
  else if (command && notice) showAnswer(command, notice);
  else if (notice) toast(notice);
  if (to) enter(to).catch(toastProblem);
}

/** Opens a channel as soon as this device has heard that it is mine. @param {string} id */
async function enter(id) {
  for (let tries = 0; tries < 20 && !channels.peek().has(id); tries += 1) await new Promise((resolve) => setTimeout(resolve, 50));
  openChannel(id);
}
