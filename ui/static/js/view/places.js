// @ts-check
/** The views of a workspace that are no channel, by the name in their address (`/app/{slug}/~{name}`). */
import { MentionsView, ThreadsView } from './gathered.js';

/** @type {Record<string, (() => any) | undefined>} */
export const PLACES = {
  threads: ThreadsView,
  mentions: MentionsView,
};
