// @ts-check
/** What is shown while files are held over a conversation, saying where they go. */
import { html, useCallback } from '../core/html.js';
import { useDrops } from '../compose/dropping.js';
import { attach } from '../state/attachments.js';
import { toast } from '../state/notices.js';
import { Icon } from './icon.js';

/**
 * @param {{box: {current: HTMLElement | null}, place: string, channelId: string, workspaceId: string, title: string, open: boolean}} props
 *   `open`: whether one may write there
 */
export function DropZone({ box, place, channelId, workspaceId, title, open }) {
  const take = useCallback((files, folders) => {
    if (folders) toast('Folders cannot be attached. Pack them into an archive first.', { tone: 'alert' });
    attach(files, { place, channel_id: channelId, workspace_id: workspaceId });
    /** @type {HTMLElement | null | undefined} */ (box.current?.querySelector('.composer textarea'))?.focus();
  }, [place, channelId, workspaceId]);
  const over = useDrops(box, open ? take : null);
  if (!over) return null;
  return html`<div class="drop" aria-hidden="true"><p><${Icon} name="attach" /><b>Attach to ${title}</b><span>Let go, and write something with it if you like.</span></p></div>`;
}
