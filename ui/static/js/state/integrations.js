// @ts-check
/** Tokens of my own, and what the workspace on screen has of bots and slash commands. */
import { all, call } from '../net/http.js';
import { forgetCommands } from './commands.js';
import { workspace } from './route.js';

/**
 * @typedef {{scope: string, words: string}} ScopeView
 * @typedef {{id: string, name: string, scopes: string[], created_at: string | null, expires_at: string | null, last_used_at: string | null, address: string, agent: string}} Token
 * @typedef {{id: string, name: string, handle: string, description: string, scopes: string[], owner_id: string, created_at: string, deactivated_at: string | null, token: Token | null}} Bot
 * @typedef {{id: string, name: string, url: string, usage: string, help: string, bot_id: string, last_used_at: string | null, failed_at: string | null, failure: string}} SlashCommand
 */

const here = () => `/workspaces/${workspace.peek()?.id}`;

/** @type {ScopeView[] | null} */
let known = null;

/** What tokens may open, asked for once. @returns {Promise<ScopeView[]>} */
export const scopes = async () => (known ??= (await call('GET', '/scopes')).items);

/** @returns {Promise<Token[]>} */
export const myTokens = async () => (await call('GET', '/me/tokens')).items;

/** @param {{name: string, scopes: string[], days: number}} wanted @returns {Promise<{secret: string, token: Token}>} */
export const makeToken = (wanted) => call('POST', '/me/tokens', wanted);

/** @param {string} id */
export const revokeToken = (id) => call('DELETE', `/me/tokens/${id}`);

/** @returns {Promise<Bot[]>} */
export const bots = () => all(`${here()}/bots`);

/** @param {{name: string, handle?: string, description: string, scopes: string[]}} wanted @returns {Promise<{secret: string, bot: Bot}>} */
export const makeBot = (wanted) => call('POST', `${here()}/bots`, wanted);

/** @param {string} id @param {{name: string, description: string, scopes: string[]}} changes */
export const changeBot = (id, changes) => call('PATCH', `${here()}/bots/${id}`, changes);

/** @param {string} id @returns {Promise<{secret: string, bot: Bot}>} */
export const rotateBot = (id) => call('POST', `${here()}/bots/${id}/token`);

/** @param {string} id */
export const deactivateBot = (id) => call('DELETE', `${here()}/bots/${id}`);

/** @returns {Promise<SlashCommand[]>} */
export const slashCommands = () => all(`${here()}/slash-commands`);

/** @param {{id?: string, name: string, url: string, usage: string, help: string}} wanted @returns {Promise<{secret?: string}>} */
export async function saveCommand({ id, ...fields }) {
  const saved = id ? await call('PATCH', `${here()}/slash-commands/${id}`, fields) : await call('POST', `${here()}/slash-commands`, fields);
  forgetCommands();
  return saved;
}

/** @param {string} id @returns {Promise<{secret: string}>} */
export const rotateCommand = (id) => call('POST', `${here()}/slash-commands/${id}/secret`);

/** @param {string} id */
export async function removeCommand(id) {
  await call('DELETE', `${here()}/slash-commands/${id}`);
  forgetCommands();
}
