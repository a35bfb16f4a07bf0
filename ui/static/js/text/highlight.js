// @ts-check
/** Colours code. Loaded with the first block of code, and each language with its first block. */
import { createLowlight } from 'lowlight';

const lowlight = createLowlight();

/** @type {Record<string, string>} languages, and the other names that people write for them */
const NAMES = {
  bash: 'bash sh shell zsh console shellsession',
  c: 'c h',
  clojure: 'clojure clj',
  cpp: 'cpp c++ cc hpp',
  csharp: 'csharp cs c#',
  css: 'css',
  dart: 'dart',
  diff: 'diff patch',
  dockerfile: 'dockerfile docker',
  elixir: 'elixir ex exs',
  erlang: 'erlang erl',
  fsharp: 'fsharp fs f#',
  go: 'go golang',
  graphql: 'graphql gql',
  haskell: 'haskell hs',
  http: 'http https',
  ini: 'ini toml conf',
  java: 'java',
  javascript: 'javascript js jsx mjs cjs',
  json: 'json jsonc json5',
  julia: 'julia jl',
  kotlin: 'kotlin kt kts',
  latex: 'latex tex',
  less: 'less',
  lua: 'lua',
  makefile: 'makefile make mk',
  markdown: 'markdown md',
  nginx: 'nginx',
  objectivec: 'objectivec objc',
  ocaml: 'ocaml ml',
  perl: 'perl pl',
  php: 'php',
  powershell: 'powershell ps1 ps',
  properties: 'properties env',
  protobuf: 'protobuf proto',
  python: 'python py python3',
  r: 'r',
  ruby: 'ruby rb',
  rust: 'rust rs',
  scala: 'scala',
  scss: 'scss sass',
  sql: 'sql mysql postgres postgresql pgsql',
  swift: 'swift',
  typescript: 'typescript ts tsx',
  xml: 'xml html svg xhtml vue',
  yaml: 'yaml yml',
};
const LANGUAGES = new Map(Object.entries(NAMES).flatMap(([language, names]) => names.split(' ').map((name) => [name, language])));

/** @param {string} text @param {string} name @returns {Promise<any>} a tree of words and classes, or null for an unknown language */
export async function highlighted(text, name) {
  const language = LANGUAGES.get(name.toLowerCase());
  if (!language) return null;
  if (!lowlight.registered(language)) {
    const grammar = await import(`highlight.js/languages/${language}.min.js`);
    lowlight.register(language, grammar.default);
  }
  return lowlight.highlight(language, text);
}
