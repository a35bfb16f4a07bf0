// @ts-check
/** What a message says where there is room for words alone. */
import { counted } from './words.js';

/** @param {{text?: string, file_ids?: string[]}} message */
export const saidIn = ({ text = '', file_ids: ids = [] }) => (text.trim() || !ids.length ? text : ids.length === 1 ? 'sent a file' : `sent ${ids.length} files`);

/** "2 files", of a message that says something besides. @param {{text?: string, file_ids?: string[]}} message */
export const besides = ({ text = '', file_ids: ids = [] }) => (text.trim() && ids.length ? counted(ids.length, 'file') : '');
