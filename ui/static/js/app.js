// @ts-check
/** Starts the chat: who is signed in, what the server says, what is on screen. */
import { effect, html, render } from './core/html.js';
import { openDialog } from './dialogs/dialog.js';
import { link, start } from './net/connection.js';
import { accessToken, me, wasEnded } from './net/session.js';
import { followCommands } from './state/commands.js';
import { followEvents } from './state/events.js';
import { openCustomEmoji } from './state/custom-emoji.js';
import { openAttachments } from './state/attachments.js';
import { openDrafts } from './state/drafts.js';
import { followFiles } from './state/files.js';
import { openHeld } from './state/sending-later.js';
import { openLater } from './state/later.js';
import { takeOwn } from './state/logs.js';
import { openPreferences } from './state/notification-preferences.js';
import { openNotifications } from './state/notifications.js';
import { followOnboarding } from './state/onboarding.js';
import { openOutbox, strand } from './state/outbox.js';
import { openPeople } from './state/people.js';
import { openPresence } from './state/presence.js';
import { openGroups } from './state/groups.js';
import { watchActivity } from './state/activity.js';
import { followAlerts } from './state/alerts.js';
import { followAlarms } from './state/operations.js';
import { hasWritten } from './state/asking.js';
import { followDevices } from './state/devices.js';
import { watchLooking } from './state/looking.js';
import { openPush } from './state/push.js';
import { channel, channelId, go, homeOf, homeWorkspace, openSection, pathTo, pathToSection, place, section, workspace } from './state/route.js';
import { showBadge, showIcon, titleMark } from './state/badge.js';
import { titleOf } from './state/store.js';
import { refuseStrayDrops } from './compose/dropping.js';
import { listenToKeys } from './view/keys.js';
import { Shell } from './view/shell.js';

/** What the address asks for besides its place: the links of mails lead to settings. */
let asked = new URLSearchParams(location.search).get('open');
const phone = matchMedia('(width < 48rem)');

/** @param {{ended: boolean}} how */
function toSignIn({ ended }) {
  const query = new URLSearchParams({ next: location.pathname + location.search, ...(ended && { why: 'ended' }) });
  location.replace(`/sign-in?${query}`);
}

async function open() {
  const known = me.peek() !== null;
  await accessToken().catch(() => undefined);
  if (!me.peek()) return toSignIn({ ended: known && wasEnded });
  const id = me.peek()?.id;
  effect(() => {
    if (me.value && me.value.id !== id) location.replace('/app');
    if (!me.value) toSignIn({ ended: wasEnded });
  });
  followEvents();
  followCommands();
  openDrafts();
  openLater();
  openNotifications();
  openPreferences();
  openOutbox((message) => (takeOwn(message), hasWritten()));
  followFiles();
  followOnboarding();
  openAttachments().then(openHeld);
  openPeople();
  openCustomEmoji();
  openPresence();
  openGroups();
  watchActivity();
  watchLooking();
  followDevices();
  followAlerts();
  followAlarms();
  openPush();
  listenToKeys();
  refuseStrayDrops();
  effect(openAsked);
  effect(findPlace);
  effect(() => void (link.value.state === 'offline' && strand()));
  effect(() => void (document.title = titleNow()));
  effect(showBadge);
  effect(showIcon);
  const place = /** @type {HTMLElement} */ (document.getElementById('app'));
  place.replaceChildren();
  render(html`<${Shell} />`, place);
  start();
}

/** Opens what was asked for, once, in the first workspace on screen. */
function openAsked() {
  if (!workspace.value || !asked) return;
  const wanted = asked;
  asked = null;
  history.replaceState(null, '', location.pathname);
  if (wanted === 'notifications') openDialog('notifications');
  if (wanted === 'sessions') openSection('account', 'sessions');
}

/** Sends who is nowhere to where they were last. A phone shows the list of channels first. */
function findPlace() {
  const here = workspace.value ?? homeWorkspace();
  if (!here || (workspace.value && (channelId.value || place.value))) return;
  if (place.value === 'account') return go(section.value ? pathToSection(here.slug, 'account', section.value) : pathTo(here.slug, '~account'), { replace: true });
  const home = homeOf(here.id);
  if (!workspace.value) go(pathTo(here.slug, phone.matches ? undefined : home), { replace: true });
  else if (!phone.matches && home) go(pathTo(here.slug, home), { replace: true });
}

function titleNow() {
  const place = [channel.value && titleOf(channel.value.value), workspace.value?.name, 'Parlour'].filter(Boolean).join(' – ');
  return `${titleMark.value}${place}`;
}

open();
