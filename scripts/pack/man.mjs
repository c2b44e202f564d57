// @ts-check
// The man page, from the command table: the same words as p2p help.
import { build } from 'esbuild'

/** Text of dist/p2p.1 for the sources in a folder. */
export async function manPage(/** @type {string} */ root, /** @type {string} */ version) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    stdin: {
      resolveDir: root,
      contents: `export { commands } from './src/cli/table.ts'
export { globalFlags, environment } from './src/cli/globals.ts'
export { exitStatuses } from './src/cli/exit-statuses.ts'`,
    },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    // What the rows load is for running them.
    external: ['../../commands/*', '../commands/*', './help.ts'],
    logLevel: 'error',
  })
  const code = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64')
  const { commands, globalFlags, environment, exitStatuses } = await import(`data:text/javascript;base64,${code}`)
  return [
    `.TH P2P 1 "" "p2p ${version}" "User Commands"`,
    ...section('NAME', 'p2p \\- open, watch and close the tunnels that a project declares in p2p.yaml'),
    ...section('SYNOPSIS', '.B p2p', '[\\fIFLAGS\\fR] \\fICOMMAND\\fR [\\fINAME\\fR...]'),
    '.SH COMMANDS',
    ...commands.flatMap(commandLines),
    '.SH FLAGS THAT EVERY COMMAND TAKES',
    ...flagLines(globalFlags),
    '.SH ENVIRONMENT',
    ...environment.flatMap((/** @type {Named} */ { name, describe }) => item(name, describe)),
    '.SH EXIT STATUS',
    ...exitStatuses.flatMap((/** @type {[string, string]} */ [status, meaning]) => item(status, meaning)),
    ...section('FILES', text('p2p.yaml declares the tunnels; p2p explain KEY explains a key of it.')),
    '',
  ].join('\n')
}

/** @typedef {{ name: string, describe: string }} Named */
/** @typedef {{ kind: string, describe: string, short?: string, value?: string, choices?: string[] }} Flag */
/** @typedef {{ shown: string, kind?: string }} Words */
/** @typedef {{ name: string, aliases: string[], summary: string, about: string, words: Words | null, rest: Words | null, flags: Record<string, Flag>, examples: [string, string][] }} Command */

/** @returns {string[]} */
function commandLines(/** @type {Command} */ { name, aliases, summary, about, words, rest, flags, examples }) {
  const named = words === null ? '' : ` [${words.shown}${words.kind === 'names' ? '...' : ''}]`
  const behind = rest === null ? '' : ` \\-\\- ${rest.shown}...`
  return [
    `.SS "p2p ${text(`${name}${named}`)}${behind}"`,
    text(`${summary}.${about === '' ? '' : ` ${about}`}${aliases.length === 0 ? '' : ` Also: ${aliases.join(', ')}.`}`),
    ...flagLines(flags),
    ...examples.flatMap(([line, meaning]) => item(line, meaning)),
  ]
}

/** @returns {string[]} */
function flagLines(/** @type {Record<string, Flag>} */ flags) {
  return Object.entries(flags).flatMap(([name, { short, value, choices, describe }]) =>
    item(
      `${short === undefined ? '' : `-${short}, `}--${name}${value !== undefined ? ` ${value}` : choices !== undefined ? ` ${choices.join('|')}` : ''}`,
      describe,
    ),
  )
}

function item(/** @type {string} */ term, /** @type {string} */ meaning) {
  return ['.TP', `.B ${text(term)}`, text(meaning)]
}

/** @returns {string[]} */
function section(/** @type {string} */ title, /** @type {string[]} */ ...lines) {
  return [`.SH ${title}`, ...lines]
}

/** As roff: a backslash, a dash that can be copied, and no line that begins as a request. */
function text(/** @type {string} */ plain) {
  const escaped = plain.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll('"', '\\(dq')
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped
}
