// @ts-check
// Mutation score: changes the source in every small way and counts the changes that no test sees.
// `npm run test:mutation -- core/decide` (paths below src; without one: all of `goals`). test/mutation/README.md tells more.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What a run without a path looks at, and the score that each must have, in percent. */
const goals = {
  core: 85,
  'runtime/state/lock.ts': 75,
  'runtime/tunnel/launch.ts': 75,
  'runtime/tunnel/launching.ts': 75,
  'runtime/tunnel/stop.ts': 75,
  'runtime/tunnel/recover.ts': 75,
}

/** The results of each piece, kept: a run that was interrupted goes on where it was. */
const kept = 'coverage/mutation'
/** Bytes of a file that is a piece of its own; smaller ones of a folder are one piece together. */
const large = 3000

const targets = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(goals)
// Without its guard a signal goes to -1: to everybody. So whatever can signal runs among processes of its own.
// Normalized: core/../runtime can signal.
const canSignal = targets.some((target) => !`${join('src', target)}/`.startsWith('src/core/'))
const outside = process.env['P2P_MUTATION_OUTSIDE']
const namespace = canSignal ? readlinkSync('/proc/self/ns/pid') : null

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))))
setPriority(19)
if (!canSignal || (outside !== undefined && outside !== namespace)) await run()
else if (outside === undefined) process.exitCode = runInNamespace()
else throw new Error('refused: this is no PID namespace of its own (unshare -pf --mount-proc)')

function runInNamespace() {
  const { status, error } = spawnSync('unshare', separately(process.execPath, process.argv.slice(1)), {
    stdio: 'inherit',
    env: { ...process.env, P2P_MUTATION_OUTSIDE: namespace ?? '' },
  })
  if (error !== undefined) throw error
  return status ?? 1
}

/** Arguments of unshare. The shell is PID 1 and reaps what is left behind. */
function separately(program, args) {
  return ['-pf', '--mount-proc', '--kill-child', 'sh', '-c', '"$@"; exit $?', 'sh', program, ...args]
}

async function run() {
  if (canSignal) separateWorkers()
  const pieces = targets.flatMap((target) => piecesOf(join('src', target)))
  for (const files of pieces) await mutate(files)
  const lines = targets.map((target) => scoreOf(target))
  console.log(['', 'killed / all    score  with texts', ...lines].join('\n'))
}

/** Each worker, too, and as a session: a signal to all, or to its group, must not end the run. Stryker starts them with the path of Node. */
function separateWorkers() {
  const script = resolve(kept, 'worker.sh')
  const words = separately('setsid', ['-w', process.execPath]).map((word) => `'${word}'`)
  mkdirSync(kept, { recursive: true })
  writeFileSync(script, `#!/bin/sh\nexec unshare ${words.join(' ')} "$@"\n`, { mode: 0o700 })
  process.execPath = script
}

/** @param {string} path @returns {string[][]} */
function piecesOf(path) {
  if (statSync(path).isFile()) return [[path]]
  const inside = readdirSync(path, { withFileTypes: true }).filter(({ name }) => name !== 'generated')
  const files = inside.filter((entry) => entry.isFile()).map(({ name }) => join(path, name))
  const small = files.filter((file) => statSync(file).size < large)
  const alone = files.filter((file) => !small.includes(file)).map((file) => [file])
  const folders = inside.filter((entry) => entry.isDirectory()).flatMap(({ name }) => piecesOf(join(path, name)))
  return [...(small.length > 0 ? [small] : []), ...alone, ...folders]
}

function resultOf(files) {
  const name = files.length === 1 ? files[0] : `${dirname(files[0])}/small`
  return join(kept, `${name.replaceAll('/', '-')}.json`)
}

async function mutate(files) {
  console.log(`\n${files.join(' ')}`)
  forgetUncovered(resultOf(files))
  const { Stryker } = await import('@stryker-mutator/core')
  process.env['P2P_MUTATION_TESTS'] = testsOf(files)
  await new Stryker({
    mutate: files,
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'test/mutation/vitest.config.ts' },
    incremental: true,
    incrementalFile: resultOf(files),
    tempDirName: join(kept, 'sandbox'),
    ignorePatterns: ['dist', 'coverage'],
    // Two at a time, with time enough where others use the machine, too.
    concurrency: Number(process.env['P2P_MUTATION_WORKERS'] ?? 2),
    timeoutMS: 20_000,
    reporters: ['progress-append-only'],
    logLevel: /** @type {any} */ ('error'),
  }).runMutationTest()
  for (const mutant of mutantsOf(files)) if (isCounted(mutant) && !isKilled(mutant)) console.log(mutant.line)
}

/** Those of its folder; of the runtime, where others start programs and wait for them, those with the name of the file. */
function testsOf([file]) {
  const [folder, name] = [dirname(file).replace(/^src/, 'test'), basename(file, '.ts')]
  return folder.startsWith('test/core') ? `${folder}/**/*.test.ts` : `${folder}/${name}*.test.ts`
}

/** Stryker would keep "no test covers it" of code that runs on import, whatever tests came since. */
function forgetUncovered(path) {
  if (!existsSync(path)) return
  const result = JSON.parse(readFileSync(path, 'utf8'))
  for (const file of Object.values(result.files))
    file.mutants = file.mutants.filter(({ status }) => status !== 'NoCoverage')
  writeFileSync(path, JSON.stringify(result))
}

/** The last results of these files: of each mutant its file, its state, and what it makes of what. */
function mutantsOf(files) {
  const results = JSON.parse(readFileSync(resultOf(files), 'utf8')).files
  return files.flatMap((file) => {
    const { source, mutants } = results[file] ?? { source: '', mutants: [] }
    const lines = source.split('\n')
    return mutants.map(({ status, mutatorName, replacement, location: { start, end } }) => {
      const until = start.line === end.line ? end.column - 1 : undefined
      const before = lines[start.line - 1].slice(start.column - 1, until)
      const place = `${file}:${start.line}:${start.column}`
      return {
        status,
        isText: mutatorName === 'StringLiteral',
        line: `${place} ${status}: ${before} => ${oneLine(replacement)}`,
      }
    })
  })
}

function oneLine(text = '') {
  return text.replace(/\s+/g, ' ')
}

function isKilled({ status }) {
  return status === 'Killed' || status === 'Timeout'
}

/** Others do not compile. */
function isCounted(mutant) {
  return isKilled(mutant) || mutant.status === 'Survived' || mutant.status === 'NoCoverage'
}

function scoreOf(target) {
  const mutants = piecesOf(join('src', target)).flatMap(mutantsOf).filter(isCounted)
  const logic = mutants.filter(({ isText }) => !isText)
  const goal = goals[target]
  const score = percent(logic)
  if (goal !== undefined && Number(score) < goal) process.exitCode = 1
  const count = `${logic.filter(isKilled).length} / ${logic.length}`
  return `${count.padEnd(14)}${score.padStart(7)}${percent(mutants).padStart(12)}  ${target}`
}

function percent(mutants) {
  return ((100 * mutants.filter(isKilled).length) / Math.max(1, mutants.length)).toFixed(1)
}
