/** Checks for clear-text secrets in files that git tracks, or that the next `git add` would add. */
import { basename, dirname } from 'node:path'
import type { Environment } from '../../core/context.ts'
import type { Finding } from '../../core/finding.ts'
import { runHelper } from '../process/run-helper.ts'
import { findingsOn, type Patient } from './check.ts'
import { oldSetupsIn } from './old-setups.ts'
import { filesOf } from './secrets.ts'
import { statSync } from '../machine.ts'

export async function examineFiles({ ctx, project, secrets, literals }: Patient): Promise<Finding[]> {
  const kept = new Set(secrets.flatMap(({ ref }) => filesOf(ref)).filter(isFile))
  const suspects: Suspect[] = [
    ...literals.map(({ file, place, message }) => ({
      file,
      where: place,
      what: message,
      unless: [],
      hint: () => noText,
    })),
    ...[...kept].map((file): Suspect => {
      return {
        file,
        where: file,
        what: 'a file that secrets are read from',
        unless: ['ignored', 'outside'],
        hint: hintFor,
      }
    }),
    ...(project === null ? [] : oldSetupsIn(project.folder)).map((file): Suspect => {
      const what = 'an old connectd setup with its secret in clear text'
      return { file, where: file, what, unless: ['ignored', 'outside', 'unknown'], hint: moveFirst }
    }),
  ]
  const findings: Finding[] = []
  for (const { file, where, what, unless, hint } of suspects) {
    const standing = await standingOf(file, ctx.env)
    if (unless.includes(standing)) continue
    const { level, code, words } = meanings[standing]
    findings.push(finding(level, code, `${what}${words}`, where, hint(standing, file)))
  }
  if (findings.length > 0 || kept.size === 0) return findings
  return [finding('ok', 'git.clean', 'git would commit no file with secrets', [...kept].join(', '))]
}

interface Suspect {
  file: string
  where: string
  what: string
  /** No finding where it is one of these. */
  unless: Standing[]
  hint: (standing: Standing, file: string) => string
}

const finding = findingsOn('git')

/** `unknown`: git is not installed, or refuses the repository. */
type Standing = 'tracked' | 'untracked' | 'ignored' | 'outside' | 'unknown'

const clearText = { level: 'note', code: 'git.clear-text', words: '; not in git' } as const
const meanings = {
  tracked: { level: 'problem', code: 'git.tracked', words: ': tracked by git' },
  untracked: { level: 'problem', code: 'git.not-ignored', words: ': would be added by the next git add' },
  ignored: clearText,
  outside: clearText,
  unknown: { level: 'note', code: 'git.unknown', words: ': git could not tell whether it is tracked' },
} as const satisfies Record<Standing, object>

const noText =
  'use { env: NAME }, { file: PATH } or { keychain: NAME } instead, and change the secret if others have seen it'

function moveFirst(standing: Standing, file: string): string {
  return `move it into p2p.yaml with p2p import, then delete it. Until then: ${hintFor(standing, file)}`
}

function hintFor(standing: Standing, file: string): string {
  const name = basename(file)
  if (standing === 'tracked') return `git rm --cached ${name}, add it to .gitignore, and change the secrets in it`
  if (standing === 'untracked') return `add a line to the .gitignore beside it: ${name}`
  return `git -C ${dirname(file)} status ${name}`
}

async function standingOf(file: string, env: Environment): Promise<Standing> {
  const git = async (...args: string[]): Promise<number> => {
    // A repository may configure a program that watches its files: it is not run here.
    const argv = ['git', '-c', 'core.fsmonitor=false', '-C', dirname(file), ...args]
    const result = await runHelper({ argv, cwd: '/', env: withoutGit(env), timeoutMs: 5000, capture: true })
    if (result.kind === 'done') return 0
    return result.kind === 'failed' ? (result.status ?? cannotTell) : cannotTell
  }
  const name = basename(file)
  switch (await git('ls-files', '--error-unmatch', '--', name)) {
    case 0:
      return 'tracked'
    case 1: {
      const ignored = await git('check-ignore', '-q', '--', name)
      return ignored === 0 ? 'ignored' : ignored === 1 ? 'untracked' : 'unknown'
    }
    case fatal:
      return isInRepository(dirname(file)) ? 'unknown' : 'outside'
    default:
      return 'unknown'
  }
}

const cannotTell = -1
/** git's status without a repository, and for one of another user. */
const fatal = 128

function isInRepository(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if (statSync(`${at}/.git`, { throwIfNoEntry: false }) !== undefined) return true
    if (at === dirname(at)) return false
  }
}

/** A git hook that runs p2p sets variables that point git to another repository. */
function withoutGit(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !repositoryVariables.has(name)))
}

const repositoryVariables = new Set(['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_PREFIX', 'GIT_COMMON_DIR'])

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}
