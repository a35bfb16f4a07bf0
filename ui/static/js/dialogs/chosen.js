// @ts-check
/** A field of names: what is typed is completed, what is chosen stands before it and can be taken out. */
import { html, useEffect, useId, useRef, useState } from '../core/html.js';
import { Completions } from '../view/completions.js';
import { Icon } from '../view/icon.js';

/** @typedef {import('../compose/completion.js').Option} Option */

/**
 * @param {{name: string, label: any, problem: any, hint?: string, placeholder?: string, offers: (words: string) => Option[], chosen: Option[], onChange: (chosen: Option[]) => void}} props
 */
export function ChosenField({ name, label, problem, hint = '', placeholder = '', offers, chosen, onChange }) {
  const id = useId();
  const input = useRef(/** @type {any} */ (null));
  const { words, setWords, setOpen, options, at, onKeyDown } = useOffers(offers, chosen, (option) => choose(option), () => onChange(chosen.slice(0, -1)));
  const error = problem?.errors?.find((fault) => fault.field === name)?.detail ?? '';
  const choose = (option) => {
    onChange([...chosen, option]);
    setWords('');
    input.current.focus();
  };
  const remove = (option) => {
    onChange(chosen.filter((one) => one !== option));
    input.current.focus();
  };
  return html`
    <div class="field">
      <label for=${id}>${label}</label>
      <div class="chosen-field">
        <div class="input chosen-box" data-invalid=${error ? true : undefined}>
          <ul class="chosen" aria-label="Chosen">
            ${chosen.map((option) => html`<li key=${option.key}><span>${option.title}</span><button type="button" class="chosen-out" aria-label=${`Take ${option.title} out`} onClick=${() => remove(option)}><${Icon} name="close" /></button></li>`)}
          </ul>
          <input id=${id} ref=${input} name=${name} type="text" role="combobox" autocomplete="off" autocapitalize="none" spellcheck=${false} placeholder=${chosen.length ? '' : placeholder} value=${words}
            aria-expanded=${options.length > 0} aria-controls="${id}-names" aria-autocomplete="list" aria-activedescendant=${options.length ? `${id}-names-${at}` : undefined}
            aria-invalid=${error ? 'true' : undefined} aria-describedby="${id}-hint ${id}-error"
            onInput=${(event) => setWords(event.currentTarget.value)} onFocus=${() => setOpen(true)} onBlur=${() => setOpen(false)} onKeyDown=${onKeyDown} />
        </div>
        <${Completions} id="${id}-names" options=${options} chosen=${at} onChoose=${choose} />
      </div>
      <p class="hint" id="${id}-hint" hidden=${!hint}>${hint}</p>
      <p class="error" id="${id}-error" role="alert">${error}</p>
    </div>
  `;
}

/**
 * What is offered, and the keys that choose it.
 * @param {(words: string) => Option[]} offers @param {Option[]} chosen @param {(option: Option) => void} choose @param {() => void} removeLast
 */
function useOffers(offers, chosen, choose, removeLast) {
  const [words, write] = useState('');
  const [isOpen, setOpen] = useState(false);
  const [wanted, setAt] = useState(0);
  const taken = new Set(chosen.map(({ key }) => key));
  const options = isOpen ? offers(words).filter(({ key }) => !taken.has(key)) : [];
  const at = Math.min(wanted, options.length - 1);
  const setWords = (/** @type {string} */ next) => (write(next), setAt(0), setOpen(true));
  useEffect(() => setAt(0), [chosen.length]);
  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Backspace' && !words) return removeLast();
    if (step && !options.length) setOpen(true);
    else if (step) setAt((at + step + options.length) % options.length);
    else if (event.key === 'Escape' && options.length) setOpen(false);
    else if (event.key === 'Enter' && options.length && words) choose(options[at]);
    else if (event.key === 'Tab' && !event.shiftKey && options.length && words) choose(options[at]);
    else if (event.key !== 'Enter' || !words) return;
    event.preventDefault();
    event.stopPropagation();
  };
  return { words, setWords, setOpen, options, at, onKeyDown };
}
