// @ts-check
/**
 * Emoji and their names, for the renderer, the autocomplete and the picker. The table is a file of our own server,
 * fetched when the first name is seen.
 */
import { signal } from '@preact/signals-core';

/**
 * @typedef {{character: string, names: string[], label: string, words: string, group: number, skins: string[]}} Emoji
 * @typedef {{all: Emoji[], byName: Map<string, Emoji>, byCharacter: Map<string, Emoji>, groups: {id: number, title: string}[]}} Table
 */

/** @type {import('@preact/signals-core').Signal<Table | null>} null until it is loaded */
export const emojiTable = signal(null);
/** @type {Promise<void> | null} */
let loading = null;
// Letters and skin colours are parts of emoji rather than emoji of their own.
const COMPONENTS = 2;

const FILES = ['compact.json', 'shortcodes/github.json', 'shortcodes/emojibase.json', 'messages.json'];

/** Loads the table once. */
export function loadEmoji() {
  loading ??= read().catch(() => void (loading = null));
  return loading;
}

/** The emoji of a name; asks for the table when it is not there yet, and is read again by who listens. @param {string} name */
export function emojiNamed(name) {
  if (!emojiTable.value) loadEmoji();
  return emojiTable.value?.byName.get(name);
}

/** What an emoji is called, as `:name:`; itself when nothing is known of it. @param {string} character */
export function nameOfEmoji(character) {
  if (!emojiTable.value) loadEmoji();
  const name = emojiTable.value?.byCharacter.get(bare(character))?.names[0];
  return name ? `:${name}:` : character;
}

async function read() {
  const [compact, github, emojibase, messages] = await Promise.all(FILES.map(fetched));
  const all = compact.filter(({ group }) => group !== undefined && group !== COMPONENTS).map((found) => emojiOf(found, github, emojibase));
  emojiTable.value = {
    all,
    // The first table wins: it holds the names that people know from elsewhere.
    byName: new Map([...all].reverse().flatMap((emoji) => [...emoji.names].reverse().map((name) => [name, emoji]))),
    byCharacter: new Map(all.flatMap((emoji) => [emoji.character, ...emoji.skins].map((character) => [bare(character), emoji]))),
    groups: messages.groups.filter(({ order }) => order !== COMPONENTS).map(({ order, message }) => ({ id: order, title: capital(message) })),
  };
}

/** @param {string} file */
async function fetched(file) {
  const answer = await fetch(import.meta.resolve(`emojibase-data/${file}`));
  if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
  return answer.json();
}

/** @param {any} found @param {any} github @param {any} emojibase @returns {Emoji} */
function emojiOf({ hexcode, unicode, label, tags = [], group, skins = [] }, github, emojibase) {
  const names = [...new Set([github[hexcode] ?? [], emojibase[hexcode] ?? []].flat())];
  return {
    character: unicode,
    names,
    label,
    words: [label, ...names, ...tags].join(' ').toLowerCase(),
    group,
    skins: skins.filter(({ hexcode: code }) => code.split('-').filter(isSkin).length === 1).map((skin) => skin.unicode),
  };
}

/** @param {string} code */
const isSkin = (code) => /^1F3F[B-F]$/.test(code);
/** Without the sign that asks for colour, which some keyboards leave out. @param {string} character */
const bare = (character) => character.replaceAll('\ufe0f', '');
/** @param {string} words */
const capital = (words) => words[0].toUpperCase() + words.slice(1);
