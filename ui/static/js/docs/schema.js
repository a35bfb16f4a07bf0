// @ts-check
/** JSON Schema for people: what a value is in a few words, its fields, and an example of it. */

const DEEPEST = 6;

/** @param {any} spec @param {any} schema @returns {any} the schema that a reference means */
export function resolved(spec, schema) {
  const name = schema?.$ref?.split('/').at(-1);
  return name ? spec.components.schemas[name] : (schema ?? {});
}

/** The type in a few words: "string", "integer or null", "list of Message". @param {any} schema @returns {string} */
export function typeWords(schema) {
  if (!schema) return 'anything';
  if (schema.$ref) return schema.$ref.split('/').at(-1);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return choices.map(typeWords).join(' or ');
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' or ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.type === 'array') return `list of ${typeWords(schema.items)}`;
  return [schema.type ?? 'anything'].flat().join(' or ') + (schema.format ? ` (${schema.format})` : '');
}

/** The limits of a value. @param {any} schema @returns {string} */
export function limits(schema) {
  const { minLength, maxLength, minimum, maximum, default: usual } = schema ?? {};
  return [
    minLength !== undefined && `at least ${minLength} characters`,
    maxLength !== undefined && `at most ${maxLength} characters`,
    minimum !== undefined && `from ${minimum}`,
    maximum !== undefined && `up to ${maximum}`,
    usual !== undefined && usual !== null && `usually ${JSON.stringify(usual)}`,
  ].filter(Boolean).join(', ');
}

/** @param {any} spec @param {any} schema @returns {{name: string, schema: any, required: boolean}[]} */
export function fieldsOf(spec, schema) {
  const { properties = {}, required = [] } = resolved(spec, schema);
  return Object.entries(properties).map(([name, field]) => ({ name, schema: field, required: required.includes(name) }));
}

/** A value that fits a schema. @param {any} spec @param {any} schema @returns {any} */
export function exampleOf(spec, schema, depth = 0) {
  const known = resolved(spec, schema);
  if (known.examples?.length) return known.examples[0];
  if (known.default !== undefined) return known.default;
  if (known.const !== undefined) return known.const;
  if (known.enum) return known.enum[0];
  const choice = (known.anyOf ?? known.oneOf)?.find((/** @type {any} */ one) => one.type !== 'null');
  if (choice) return exampleOf(spec, choice, depth);
  return plainExample(spec, known, depth);
}

/** @param {any} spec @param {any} known @param {number} depth */
function plainExample(spec, known, depth) {
  const type = [known.type].flat()[0];
  if (depth > DEEPEST) return null;
  if (type === 'object') return Object.fromEntries(fieldsOf(spec, known).map(({ name, schema }) => [name, exampleOf(spec, schema, depth + 1)]));
  if (type === 'array') return known.items ? [exampleOf(spec, known.items, depth + 1)] : [];
  if (type === 'integer' || type === 'number') return known.minimum ?? 0;
  if (type === 'boolean') return true;
  return known.format === 'date-time' ? '2026-01-31T09:41:00Z' : (type ?? 'string');
}
