// @ts-check
/** Files that come by mouse or clipboard. */
import { useEffect, useState } from '../core/html.js';
import { exactTime } from '../core/dates.js';

/** @param {DragEvent} event */
const holdsFiles = ({ dataTransfer }) => dataTransfer?.types.includes('Files') ?? false;

/** What was dropped beside the fields for it must not take the page away. Call once. */
export function refuseStrayDrops() {
  const refuse = (event) => {
    if (!holdsFiles(event) || event.defaultPrevented) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'none';
  };
  addEventListener('dragover', refuse);
  addEventListener('drop', refuse);
}

/**
 * Takes files dropped onto an element.
 * @param {{current: HTMLElement | null}} box @param {((files: File[], folders: number) => void) | null} take nothing is taken without it
 * @returns {boolean} whether files are held over it
 */
export function useDrops(box, take) {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const place = box.current;
    if (!place || !take) return undefined;
    const held = (event) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      event.stopPropagation();
      event.dataTransfer.dropEffect = 'copy';
      setOver(true);
    };
    const left = (event) => !place.contains(event.relatedTarget) && setOver(false);
    const dropped = (event) => {
      setOver(false);
      if (!holdsFiles(event)) return;
      event.preventDefault();
      event.stopPropagation();
      const { files, folders } = contentsOf(event.dataTransfer);
      take(files, folders);
    };
    const ways = { dragenter: held, dragover: held, dragleave: left, drop: dropped };
    Object.entries(ways).forEach(([name, listener]) => place.addEventListener(name, listener));
    return () => Object.entries(ways).forEach(([name, listener]) => place.removeEventListener(name, listener));
  }, [box, take]);
  return over;
}

/** @param {DataTransfer} data */
function contentsOf(data) {
  const items = [...data.items].filter(({ kind }) => kind === 'file');
  const isFolder = (item) => item.webkitGetAsEntry?.()?.isDirectory === true;
  const files = /** @type {File[]} */ (items.filter((item) => !isFolder(item)).map((item) => item.getAsFile()).filter(Boolean));
  return { files: items.length ? files : [...data.files], folders: items.filter(isFolder).length };
}

/** The files of a clipboard, unless it is text that is meant. @param {DataTransfer | null} data @returns {File[]} */
export function pastedFiles(data) {
  const files = [...(data?.files ?? [])];
  const plain = data?.getData('text/plain').trim() ?? '';
  // What was copied from a document holds a picture of itself beside its text; what was copied from a folder, its names.
  if (plain && !files.some(({ name }) => plain.includes(name))) return [];
  return files.map(named);
}

/** A picture from the clipboard is called as every other: it gets the time for a name. @param {File} file */
function named(file) {
  if (!/^image\.\w+$/.test(file.name)) return file;
  const name = `Pasted ${exactTime(new Date().toISOString())}.${file.name.split('.').at(-1)}`;
  return new File([file], name.replaceAll(':', '.'), { type: file.type });
}
