// @ts-check
/**
 * What begins with a slash is done rather than said. `say` decides; two slashes send text that begins with one.
 */
import { signal } from '@preact/signals-core';
import { call } from '../net/http.js';
import { request } from '../net/connection.js';
import { newId } from '../core/ids.js';
import { openDialog } from '../dialogs/dialog.js';
import { toast, toastProblem } from './notices.js';
import { send } from './outbox.js';
import { openChannel } from './route.js';
import { channels } from './store.js';

/** @typedef {{name: string, usage: string, help: string}} Command */

/** @type {import('@preact/signals-core').Signal<Command[]>} what there is, once it was asked for */
export const commands = signal([]);

/** Asks what commands there are, once. @returns {Promise<Command[]>} */
export async function loadCommands() {
  if (!commands.peek().length) commands.value = (await call('GET', '/commands')).items;
  return commands.peek();
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
  const ask = (more = {}) => request('command.run', { ...asked, ...more }).then((answer) => show(channelId, answer), failed);
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

/** @param {string} channelId @param {{notice?: string, channel_id?: string, dialog?: string}} outcome */
function show(channelId, { notice, channel_id: to, dialog }) {
  const channel = channels.peek().get(channelId);
  if (dialog === 'channel' && channel) openDialog('channel', { channel });
  else if (dialog) openDialog(dialog);
  else if (notice) toast(notice);
  if (to) enter(to).catch(toastProblem);
}

/** Opens a channel as soon as this device has heard that it is mine. @param {string} id */
async function enter(id) {
  for (let tries = 0; tries < 20 && !channels.peek().has(id); tries += 1) await new Promise((resolve) => setTimeout(resolve, 50));
  openChannel(id);
}
