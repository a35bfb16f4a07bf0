// @ts-check
/** What a half-written name may become: people by `@`, channels by `#`, emoji by `:`, commands by `/`. */
import { me } from '../net/session.js';
import { commands, loadCommands } from '../state/commands.js';
import { logOf } from '../state/logs.js';
import { customEmoji } from '../state/custom-emoji.js';
import { membersOf } from '../state/members.js';
import { pathTo, workspace } from '../state/route.js';
import { counted } from '../core/words.js';
import { channels, groups, people } from '../state/store.js';
import { emojiTable, loadEmoji } from '../text/emoji.js';
import { recentEmoji, toned } from '../text/emoji-choice.js';
import { isInCode } from './editing.js';

const SHOWN = 8;
const RECENT_ENTRIES = 200;
const NAME = /(?:^|[\s([{"'*_~>])([@#])([\p{L}\p{N}._-]*)$/u;
const EMOJI = /(?:^|[\s([{"'*_~>])(:)([a-z0-9_+-]{2,})$/i;
const COMMAND = /^(\/)([a-z0-9_-]*)$/i;
const SIMPLE_NAME = /^[\p{L}\p{N}](?:[\p{L}\p{N}._-]*[\p{L}\p{N}_])?$/u;

/**
 * @typedef {{sign: string, words: string, start: number, end: number}} Query
 * @typedef {{key: string, text: string, title: string, note: string, userId?: string, icon?: string, character?: string, own?: import('../state/custom-emoji.js').CustomEmoji}} Option
 */

/** The name that is being written at the caret, if one. @param {string} text @param {number} caret @returns {Query | null} */
export function queryAt(text, caret) {
  const before = text.slice(0, caret);
  const match = COMMAND.exec(before) ?? NAME.exec(before) ?? EMOJI.exec(before);
  if (!match || isInCode(before) || isInQuotedCode(before)) return null;
  const [, sign, words] = match;
  return { sign, words, start: caret - words.length - 1, end: caret };
}

/** @param {string} before */
const isInQuotedCode = (before) => before.slice(before.lastIndexOf('\n') + 1).split('`').length % 2 === 0;

/** @param {Query} query @param {string} channelId @returns {Option[]} the best first */
export function optionsFor({ sign, words }, channelId) {
  const wanted = words.toLowerCase();
  if (sign === '@') return [...peopleLike(wanted, channelId)].slice(0, SHOWN);
  if (sign === '#') return channelsLike(wanted).slice(0, SHOWN);
  if (sign === '/') return commandsLike(wanted).slice(0, SHOWN);
  return emojiLike(wanted);
}

/** @param {string} wanted @param {string} channelId @returns {Option[]} */
function peopleLike(wanted, channelId) {
  const near = nearness(channelId);
  const found = [];
  for (const [id, { name, handle }] of people.value) {
    const fit = handle ? Math.min(fitOf(handle, wanted), fitOf(name.toLowerCase(), wanted)) : Infinity;
    if (fit < Infinity) found.push({ id, name, handle, rank: fit * 4 + near(id) });
  }
  found.sort((a, b) => a.rank - b.rank || a.name.localeCompare(b.name));
  const options = found.slice(0, SHOWN).map(({ id, name, handle }) => ({ key: id, text: `@${handle}`, title: name, note: `@${handle}`, userId: id }));
  return [...options.slice(0, wanted ? 2 : SHOWN - 2), ...groupsLike(wanted), ...everyoneLike(wanted), ...options.slice(wanted ? 2 : SHOWN - 2)];
}

/** @param {string} wanted @returns {Option[]} */
const groupsLike = (wanted) =>
  (groups.value ?? [])
    .filter(({ name, handle }) => Math.min(fitOf(handle, wanted), fitOf(name.toLowerCase(), wanted)) < Infinity)
    .slice(0, 2)
    .map(({ id, name, handle, user_ids }) => ({ key: id, text: `@${handle}`, title: name, note: `@${handle}, ${counted(user_ids.length, 'person', 'people')}`, icon: 'people' }));

/** @param {string} wanted @returns {Option[]} */
const everyoneLike = (wanted) =>
  [['channel', 'Everyone in this channel'], ['here', 'Everyone here who is online']]
    .filter(([name]) => name.startsWith(wanted))
    .map(([name, note]) => ({ key: name, text: `@${name}`, title: `@${name}`, note, icon: 'people' }));

/** How near people are to a conversation: 0 who spoke lately, 1 who belongs to it, 2 others, 3 oneself. @param {string} channelId */
function nearness(channelId) {
  const spoke = new Set(logOf(channelId).entries.peek().slice(-RECENT_ENTRIES).map((entry) => entry.author_id));
  const belongs = new Set(membersOf(channelId).peek()?.items.map((member) => member.user_id));
  return (/** @type {string} */ id) => (id === me.peek()?.id ? 3 : spoke.has(id) ? 0 : belongs.has(id) ? 1 : 2);
}

/** 0: begins with it, 1: a word of it does, 2: holds it; else infinite. @param {string} name @param {string} wanted */
function fitOf(name, wanted) {
  const at = name.indexOf(wanted);
  if (at < 0) return Infinity;
  if (at === 0) return 0;
  return /[\s._-]/.test(name[at - 1]) ? 1 : 2;
}

/** @param {string} wanted @returns {Option[]} */
function channelsLike(wanted) {
  const here = workspace.value;
  const fits = [...channels.value.values()]
    .map((channel) => channel.value)
    .filter((channel) => channel.workspace_id === here?.id && !['direct', 'group'].includes(channel.kind))
    .map((channel) => ({ channel, fit: fitOf(channel.name.toLowerCase(), wanted) }))
    .filter(({ fit }) => fit < Infinity);
  fits.sort((a, b) => a.fit - b.fit || a.channel.name.localeCompare(b.channel.name));
  return fits.map(({ channel: { id, name, kind } }) => ({
    key: id,
    // A name with spaces is no word, so it is written as a link.
    text: SIMPLE_NAME.test(name) ? `#${name}` : `[#${name.replace(/[[\]\\]/g, '\\$&')}](${location.origin}${pathTo(here?.slug ?? '', id)})`,
    title: name,
    note: kind === 'private' ? 'Private' : '',
    icon: kind === 'private' ? 'lock' : 'hash',
  }));
}

/** @param {string} wanted @returns {Option[]} */
function emojiLike(wanted) {
  const table = emojiTable.value;
  if (!table) return void loadEmoji(), [];
  const recent = recentEmoji.peek();
  const fits = [];
  for (const emoji of table.all) {
    const name = emoji.names.find((known) => known.startsWith(wanted)) ?? emoji.names.find((known) => known.includes(wanted));
    if (name) fits.push({ emoji, name, rank: rankOf(name, wanted, recent.includes(emoji.character)) });
  }
  fits.sort((a, b) => a.rank - b.rank || a.name.length - b.name.length);
  return [...ownLike(wanted), ...fits.map(unicodeOption)].slice(0, SHOWN);
}

/** @param {{emoji: import('../text/emoji.js').Emoji, name: string}} found @returns {Option} */
const unicodeOption = ({ emoji, name }) => ({ key: emoji.character, text: toned(emoji), title: `:${name}:`, note: '', character: toned(emoji) });

/** The workspace's own. @param {string} wanted @returns {Option[]} */
const ownLike = (wanted) =>
  [...customEmoji.value.values()]
    .filter(({ name }) => name.includes(wanted))
    .map((own) => ({ key: own.name, text: `:${own.name}:`, title: `:${own.name}:`, note: '', character: `:${own.name}:`, own }));

/** @param {string} name @param {string} wanted @param {boolean} isRecent */
const rankOf = (name, wanted, isRecent) => (name === wanted ? 0 : name.startsWith(wanted) ? 2 : 4) - (isRecent ? 1 : 0);

/** @param {string} wanted @returns {Option[]} */
function commandsLike(wanted) {
  if (!commands.value.length) loadCommands().catch(() => undefined);
  return commands.value
    .filter(({ name }) => name.startsWith(wanted))
    .map(({ name, usage, help }) => ({ key: name, text: `/${name}`, title: `/${name}${usage && ` ${usage}`}`, note: help, icon: 'keyboard' }));
}
