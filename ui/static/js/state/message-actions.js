// @ts-check
/** Pressing buttons at messages. What came of it is heard as an entry of the channel's log, as everyone hears it. */
import { request } from '../net/connection.js';

/** @param {string} messageId @param {string} action @param {string} [comment] */
export const press = (messageId, action, comment = '') => request('message.act', { message_id: messageId, action, ...(comment && { comment }) });
