// @ts-check
/** What a later entry makes of a message: the same rule as the server's `core/chat/fold.py`. */

const REPLIERS_KEPT = 5;
const CLICKS_KEPT = 20;
const MESSAGES = ['message.sent', 'message.replied'];

/** @typedef {import('./log.js').Entry} Entry */

/** @param {Entry} entry */
export const isMessage = ({ kind }) => MESSAGES.includes(kind);

/** The messages that an entry concerns. @param {Entry} entry @returns {string[]} */
export const concernedBy = ({ message_id, thread_root_id }) => [message_id, thread_root_id].filter((id) => id !== undefined);

/**
 * A message as it is after an entry that concerns it; the very same object when that changes nothing.
 * @param {Entry} message @param {Entry} entry @returns {Entry}
 */
export function folded(message, entry) {
  if (entry.seq <= (message.updated_seq ?? 0)) return message;
  return { ...message, updated_seq: entry.seq, ...STEPS[entry.kind]?.(message, entry) };
}

/**
 * A run of messages after an entry: the very same array when it concerns none of them.
 * @param {Entry[]} run @param {Entry} entry
 */
export function foldedRun(run, entry) {
  const ids = concernedBy(entry);
  if (!ids.length || !run.some(({ id }) => ids.includes(id))) return run;
  return run.map((message) => (ids.includes(message.id) ? folded(message, entry) : message));
}

/** What a tombstone keeps of what was said, of who said it in whose name, and of what others made of it. */
const NOTHING_LEFT = {
  text: '', mentions: undefined, edited_at: undefined, pinned_by: undefined, reactions: undefined, previews: undefined, file_ids: undefined,
  actions: undefined, clicks: undefined, approval: undefined, cards: undefined, shown_as: undefined,
};

/** @type {Record<string, (message: Entry, entry: Entry) => Partial<Entry>>} */
const STEPS = {
  'message.edited': edited,
  'message.deleted': (message, { message_id, created_at }) =>
    message_id === message.id
      ? { ...NOTHING_LEFT, deleted_at: created_at }
      : { reply_count: Math.max(0, (message.reply_count ?? 0) - 1) },
  'message.sent': replied,
  'message.replied': replied,
  'message.pinned': (message, { author_id }) => (message.deleted_at ? {} : { pinned_by: author_id }),
  'message.unpinned': () => ({ pinned_by: undefined }),
  'message.unfurled': ({ text = '' }, { previews = [] }) => withPreviews(previews.filter(({ url }) => text.includes(url))),
  'message.acted': acted,
  'approval.changed': ({ approval }, { approval: told }) => (approval && told && told.version > approval.version ? { approval: told } : {}),
  'reaction.added': reacted,
  'reaction.removed': unreacted,
};

/** @param {any[]} previews those of links that an edit has not taken away meanwhile */
const withPreviews = (previews) => ({ previews: previews.length ? previews : undefined });

/** @param {Entry} message @param {Entry} reply */
function replied({ reply_count = 0, replier_ids = [] }, { author_id, created_at }) {
  const repliers = [author_id, ...replier_ids.filter((id) => id !== author_id)].slice(0, REPLIERS_KEPT);
  return { reply_count: reply_count + 1, last_reply_at: created_at, replier_ids: repliers };
}

/** Other buttons alone are no edit of what was said. @param {Entry} message @param {Entry} edit */
function edited({ deleted_at, text: before }, { text, mentions, created_at, actions }) {
  if (deleted_at) return {};
  const said = text === before ? {} : { text, mentions, edited_at: created_at, previews: undefined };
  return { ...said, ...withActions(actions) };
}

/** @param {any[]} [actions] the buttons from then on, if an edit says so */
const withActions = (actions) => (actions ? { actions: actions.length ? actions : undefined } : {});

/** @param {Entry} message @param {Entry} entry */
function acted({ deleted_at, actions = [], clicks = [] }, { author_id, action, created_at }) {
  const pressed = actions.find(({ id }) => id === action);
  if (deleted_at || !pressed) return {};
  const click = { user_id: author_id, action: pressed.id, label: pressed.label, at: created_at };
  return { clicks: [click, ...clicks.filter(({ user_id }) => user_id !== author_id)].slice(0, CLICKS_KEPT) };
}

/** @param {Entry} message @param {Entry} entry */
function reacted({ deleted_at, reactions = {} }, { author_id, emoji = '' }) {
  const who = reactions[emoji] ?? [];
  return deleted_at || who.includes(author_id) ? {} : { reactions: { ...reactions, [emoji]: [...who, author_id] } };
}

/** @param {Entry} message @param {Entry} entry */
function unreacted({ reactions = {} }, { author_id, emoji = '' }) {
  const left = (reactions[emoji] ?? []).filter((id) => id !== author_id);
  const { [emoji]: _gone, ...rest } = reactions;
  return { reactions: left.length ? { ...reactions, [emoji]: left } : rest };
}
