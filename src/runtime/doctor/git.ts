/** Whether secrets in clear text stand in files that git has, or would take at the next `git add`. */
import { statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { Environment } from '../../core/context.ts'
import type { Finding } from '../../core/finding.ts'
import { unreachable } from '../../core/text/unreachable.ts'
import { runHelper } from '../process/run-helper.ts'
import type { Patient } from './check.ts'
import { oldSetupsIn } from './old-setups.ts'
import { filesOf } from './secrets.ts'

export async function examineFiles({ ctx, project, secrets, literals }: Patient): Promise<Finding[]> {
  const kept = new Set(secrets.flatMap(({ ref }) => filesOf(ref)).filter(isFile))
  const findings: Finding[] = []
  for (const { file, place, message } of literals) {
    const standing = await standingOf(file, ctx.env)
    findings.push({
      ...inWords(standing, message),
      where: place,
      hint: 'write { env: NAME }, { file: PATH } or { keychain: NAME } in its place, and change the secret if others have seen it',
    })
  }
  for (const file of kept) {
    const standing = await standingOf(file, ctx.env)
    if (standing === 'outside' || standing === 'ignored') continue
    findings.push({
      ...inWords(standing, 'a file that secrets are read from'),
      where: file,
      hint: hintFor(standing, file),
    })
  }
  for (const file of project === null ? [] : oldSetupsIn(project.folder)) {
    const standing = await standingOf(file, ctx.env)
    if (standing !== 'tracked' && standing !== 'untracked') continue
    findings.push({
      ...inWords(standing, 'an old setup of connectd with its secret in clear text'),
      where: file,
      hint: `p2p import brings it into p2p.yaml without the secret; then delete it. Until then: ${hintFor(standing, file)}`,
    })
  }
  if (findings.length > 0 || kept.size === 0) return findings
  return [
    {
      level: 'ok',
      topic: 'git',
      code: 'git.clean',
      message: 'no file with secrets is one that git would commit',
      where: [...kept].join(', '),
      hint: null,
    },
  ]
}

/** What git makes of a file. `unknown`: git is not installed, or refuses the repository. */
type Standing = 'tracked' | 'untracked' | 'ignored' | 'outside' | 'unknown'

function inWords(standing: Standing, what: string): Omit<Finding, 'where' | 'hint'> {
  switch (standing) {
    case 'tracked':
      return { level: 'problem', topic: 'git', code: 'git.tracked', message: `${what}: git has it` }
    case 'untracked':
      return { level: 'problem', topic: 'git', code: 'git.not-ignored', message: `${what}: the next git add takes it` }
    case 'ignored':
    case 'outside':
      return { level: 'note', topic: 'git', code: 'git.clear-text', message: `${what}; git does not see it` }
    case 'unknown':
      return {
        level: 'note',
        topic: 'git',
        code: 'git.unknown',
        message: `${what}: git could not tell whether it has it`,
      }
    default:
      return unreachable(standing)
  }
}

function hintFor(standing: Standing, file: string): string {
  const name = basename(file)
  if (standing === 'tracked') return `git rm --cached ${name}, add it to .gitignore, and change the secrets in it`
  if (standing === 'untracked') return `add a line to the .gitignore beside it: ${name}`
  return `git -C ${dirname(file)} status ${name}`
}

async function standingOf(file: string, env: Environment): Promise<Standing> {
  const git = async (...args: string[]): Promise<number> => {
    // A repository may name programs of its own to watch its files: none of them is run here.
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
/** Status of git where there is no repository, and where it refuses one of another user. */
const fatal = 128

function isInRepository(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if (statSync(`${at}/.git`, { throwIfNoEntry: false }) !== undefined) return true
    if (at === dirname(at)) return false
  }
}

/** A git hook that runs us sets variables that point git to another repository. */
function withoutGit(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !repositoryVariables.has(name)))
}

const repositoryVariables = new Set(['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_PREFIX', 'GIT_COMMON_DIR'])

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}
