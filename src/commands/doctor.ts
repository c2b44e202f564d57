/** `p2p doctor`: what keeps tunnels from opening, and what to do about it. */
import { resolve } from 'node:path'
import { loadProject, type LoadedProject } from '../config/load.ts'
import type { Context } from '../core/context.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import { P2pError } from '../core/errors.ts'
import type { Finding } from '../core/finding.ts'
import type { LaunchSpec, SecretRef } from '../core/model.ts'
import { accountSecret } from '../drivers/connectd/login.ts'
import { counted, findingsJson, formatFindings } from '../report/doctor.ts'
import { note } from '../report/lines.ts'
import { lookOf } from '../report/text/paint.ts'
import type { DeclaredSecret, Literal } from '../runtime/doctor/check.ts'
import { examine } from '../runtime/doctor/index.ts'
import { openRecordedPorts } from '../runtime/state/recorded-ports.ts'
import { declaredAccounts } from './shared/declared-accounts.ts'

export async function run(ctx: Context, { json }: { json: boolean }): Promise<number> {
  const { loaded, findings: own } = await lookAtProject(ctx)
  if (ctx.stderr.isTTY) note(ctx, 'looking; connectd -n alone may take a minute')
  const others = await examine({
    ctx,
    project: loaded?.project ?? null,
    secrets: loaded === null ? [] : declaredSecrets(loaded),
    literals: loaded === null ? [] : literalsIn(loaded.warnings, ctx.cwd),
  })
  const findings = [...own, ...others]
  const look = { ...lookOf(ctx.stdout, ctx.masks), quiet: ctx.globals.quiet }
  ctx.stdout.write(json ? findingsJson(findings, ctx.masks) : formatFindings(findings, look))
  return findings.some(({ level }) => level === 'problem') ? 1 : 0
}

async function lookAtProject(ctx: Context): Promise<{ loaded: LoadedProject | null; findings: Finding[] }> {
  try {
    const loaded = await loadProject(ctx, { ports: await openRecordedPorts(ctx) })
    const others = loaded.warnings.filter(({ code }) => code !== literalCode)
    return { loaded, findings: [summaryOf(loaded), ...others.map(warned)] }
  } catch (error) {
    if (!(error instanceof P2pError) || !/^(config|state)\./.test(error.code)) throw error
    const isMissing = error.code === 'config.missing' && ctx.globals.files.length === 0
    const finding: Finding = {
      level: isMissing ? 'note' : 'problem',
      topic: 'project',
      code: error.code,
      message: isMissing ? `${error.message}: only this machine is looked at` : error.message,
      where: null,
      hint: error.code === 'config.invalid' ? 'p2p config shows each error with its place' : error.hint,
    }
    return { loaded: null, findings: [finding] }
  }
}

function summaryOf({ project, declarations }: LoadedProject): Finding {
  const { name, folder, tunnels, active } = project
  const accounts = counted(declarations.accounts.size, 'account')
  return {
    level: 'ok',
    topic: 'project',
    code: 'project.valid',
    message: `${name}: ${counted(tunnels.length, 'tunnel')}, ${active.length} of them active, ${accounts}`,
    where: folder,
    hint: null,
  }
}

function warned({ code, message, place, hint }: Diagnostic): Finding {
  return { level: 'note', topic: 'project', code, message, where: placeWords(place), hint }
}

/** Each secret once: as the tunnels use it, else as its account would. */
function declaredSecrets(loaded: LoadedProject): DeclaredSecret[] {
  const secrets = new Map<string, DeclaredSecret>()
  const { project } = loaded
  for (const { name, launch } of project.tunnels) {
    for (const ref of refsIn(launch)) {
      const needed = project.active.includes(name) || secrets.get(ref.label)?.needed === true
      secrets.set(ref.label, { ref, needed })
    }
  }
  for (const account of declaredAccounts(loaded).values()) {
    const ref = accountSecret(account)
    if (!secrets.has(ref.label)) secrets.set(ref.label, { ref, needed: false })
  }
  return [...secrets.values()]
}

function refsIn({ files, env }: LaunchSpec): SecretRef[] {
  const texts = [...files.map(({ content }) => content), ...Object.values(env)]
  return texts.flatMap((text) => (typeof text === 'string' ? [] : text.filter((piece) => typeof piece !== 'string')))
}

/** The code of config's warning about a secret in plain text. */
const literalCode = 'literal-secret'

function literalsIn(warnings: readonly Diagnostic[], cwd: string): Literal[] {
  return warnings.flatMap(({ code, message, place }) => {
    if (code !== literalCode || place === null || place.file === '-') return []
    return [{ file: resolve(cwd, place.file), place: placeWords(place) ?? '', message }]
  })
}

function placeWords(place: Diagnostic['place']): string | null {
  return place === null ? null : `${place.file}:${place.line}:${place.column}`
}
