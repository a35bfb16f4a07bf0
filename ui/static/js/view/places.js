// @ts-check
/** The views of a workspace that are no channel, by the name in their address (`/app/{slug}/~{name}`). */
import { AccountView } from './account.js';
import { AdminView, movedTo } from './admin.js';
import { FilesView } from './files-place.js';
import { MentionsView, ThreadsView } from './gathered.js';
import { LaterView, ScheduledView } from './later.js';
import { NotificationsView } from './notifications.js';
import { SearchView } from './search.js';

/** @type {Record<string, (() => any) | undefined>} */
export const PLACES = {
  files: FilesView,
  threads: ThreadsView,
  later: LaterView,
  scheduled: ScheduledView,
  mentions: MentionsView,
  activity: NotificationsView,
  search: SearchView,
  account: AccountView,
  admin: AdminView,
  'notifications-admin': movedTo('notifications'),
  'files-admin': movedTo('files'),
};
