// @ts-check
/** Forms in dialogs: errors beside their field, one above the form, and a button that says it is working. */
import { html, useId, useState } from '../core/html.js';

/**
 * Runs `submit(values)` on a form's submission.
 * @param {(values: Record<string, string>) => Promise<void>} submit
 */
export function useForm(submit) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const onSubmit = async (event) => {
    event.preventDefault();
    if (busy) return;
    const form = event.currentTarget;
    setBusy(true);
    setProblem(null);
    try {
      await submit(/** @type {Record<string, string>} */ (Object.fromEntries(new FormData(form))));
    } catch (fault) {
      setProblem(fault);
      // What was refused is marked with the next frame.
      requestAnimationFrame(() => (form.querySelector('[aria-invalid="true"]') ?? form.querySelector('input:not([type=radio])'))?.focus());
    }
    setBusy(false);
  };
  return { busy, problem, onSubmit };
}

/** @param {any} problem @param {string[]} fields @returns {string} what cannot stand beside a field */
export function formError(problem, fields) {
  const beside = problem?.errors?.some((error) => fields.includes(error.field));
  return problem && !beside ? problem.message : '';
}

/** @param {{name: string, label: any, problem: any, hint?: string, as?: 'input' | 'textarea', [attribute: string]: any}} props */
export function Field({ name, label, problem, hint = '', as: Box = 'input', value, ...attributes }) {
  const id = useId();
  const error = problem?.errors?.find((fault) => fault.field === name)?.detail ?? '';
  // What was typed stays, whatever is drawn anew, a refusal above all: a value that nobody follows is where it began.
  const begun = attributes.onInput ? { value } : { defaultValue: value };
  return html`
    <div class="field">
      <label for=${id}>${label}</label>
      <${Box} class="input" id=${id} name=${name} autocomplete="off" aria-invalid=${error ? 'true' : undefined}
        aria-describedby="${id}-hint ${id}-error" ...${begun} ...${attributes} />
      <p class="hint" id="${id}-hint" hidden=${!hint}>${hint}</p>
      <p class="error" id="${id}-error" role="alert">${error}</p>
    </div>
  `;
}

/** @param {{name: string, label: any, problem: any, options: [string, string][], value: string, onChange?: (value: string) => void}} props */
export function SelectField({ name, label, problem, options, value, onChange = () => undefined }) {
  const id = useId();
  const error = problem?.errors?.find((fault) => fault.field === name)?.detail ?? '';
  return html`
    <div class="field">
      <label for=${id}>${label}</label>
      <select class="input" id=${id} name=${name} aria-invalid=${error ? 'true' : undefined} aria-describedby="${id}-error" onChange=${(event) => onChange(event.currentTarget.value)}>
        ${options.map(([each, words]) => html`<option key=${each} value=${each} selected=${each === value}>${words}</option>`)}
      </select>
      <p class="error" id="${id}-error" role="alert">${error}</p>
    </div>
  `;
}

/** @param {{busy: boolean, children: any, [attribute: string]: any}} props */
export const Submit = ({ busy, children, ...attributes }) =>
  html`<button type="submit" class="button primary" aria-busy=${busy ? 'true' : undefined} disabled=${busy} ...${attributes}>${children}</button>`;
