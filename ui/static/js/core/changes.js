// @ts-check
/** What became of a channel, in words. */

/** @type {Record<string, (value: any) => string>} */
const WORDS = {
  topic: (topic) => (topic ? `set the topic: ${topic}` : 'removed the topic'),
  purpose: (purpose) => (purpose ? `set the purpose: ${purpose}` : 'removed the purpose'),
  name: (name) => `named the channel ${name}`,
  kind: (kind) => (kind === 'public' ? 'made the channel public: everyone here can find and read it' : 'made the channel private'),
  posting: (who) => (who === 'moderators' ? 'made it a channel for announcements' : 'opened the channel for everyone to write'),
  archived: (is) => (is ? 'archived the channel' : 'opened the channel again'),
};

/** @param {{changes?: Record<string, any>}} entry @param {string} who */
export function changeWords({ changes = {} }, who) {
  const done = Object.entries(changes).filter(([field]) => field in WORDS).map(([field, value]) => WORDS[field](value));
  return done.length ? `${who} ${done.join(', and ')}.` : `${who} changed the channel.`;
}
