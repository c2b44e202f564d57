/** `p2p import`: other people's setups to p2p.yaml. */
import type { Context } from '../../core/context.ts'
import type { Diagnostic } from '../../core/diagnostic.ts'
import { P2pError } from '../../core/errors.ts'
import { planImport } from '../../import/import-plan.ts'
import { readInputs, type ImportReading } from '../../import/read.ts'
import { importReport, summaryLines, type ImportReport } from '../../import/report.ts'
import { formatDiagnostics } from '../../report/diagnostics.ts'
import { sanitizeJson, sanitizeLine } from '../../report/text/sanitize.ts'
import { gatherInputs, openBeside } from './inputs.ts'
import { secretPlacesFor } from './secrets.ts'
import { composeDocument, openTarget, writeImport } from './target.ts'
import type { ImportArgs } from './types.ts'

/** Nothing is written unless all that was named can be imported, and what is written has been loaded before. */
export async function run(ctx: Context, args: ImportArgs): Promise<number> {
  const target = await openTarget(ctx, args)
  const inputs = await gatherInputs(ctx, args.files, target.folder)
  const reading = readInputs(inputs, openBeside(ctx, target.folder))
  const imported = reading.files.flatMap((file) => file.tunnels)
  hide(ctx, reading)

  const places = await secretPlacesFor(ctx, args.secrets, target)
  const plan = planImport(imported, target.existing, places)
  const diagnostics = [...reading.diagnostics, ...plan.warnings]
  const outcome = { files: reading.files, plan, stored: places.stored, diagnostics }
  const why = whyNot(reading, diagnostics, args.strict)
  if (why !== null) {
    if (args.json) printJson(ctx, importReport(outcome))
    throw why
  }
  const document = await composeDocument(ctx, target, plan, reading.files)
  const written = await writeImport(target, document, places.stored, args.secrets)
  const where = target.path === null ? { document } : { output: target.shown }
  const report = importReport({ ...outcome, ...where, written })
  if (args.json) printJson(ctx, report)
  // Not masked: it holds no secret, and a short one could be part of a name in it.
  else if (target.path === null) ctx.stdout.write(document)
  if (!ctx.globals.quiet) await say(ctx, report, diagnostics)
  return 0
}

/** From here on no output shows a secret of the old files. */
function hide(ctx: Context, { files }: ImportReading): void {
  for (const { secrets } of files.flatMap(({ tunnels }) => tunnels)) {
    ctx.masks.push(...secrets.map((secret) => secret.open()))
  }
}

function whyNot({ files }: ImportReading, diagnostics: Diagnostic[], strict: boolean): P2pError | null {
  const refused = files.filter(({ result }) => result === 'refused')
  if (refused.length > 0) {
    const names = refused.map(({ file }) => file).join(', ')
    return new P2pError('config.invalid', `nothing was imported: ${names} can't be`, {
      hint: files.length > refused.length ? 'leave it out, or hand over what is asked for' : undefined,
      details: diagnostics,
    })
  }
  if (files.every(({ result }) => result === 'skipped')) {
    return new P2pError('config.invalid', 'nothing was imported: it holds nothing to import')
  }
  if (!strict || diagnostics.length === 0) return null
  const doubts = diagnostics.length === 1 ? 'this' : `these ${diagnostics.length}`
  return new P2pError('config.invalid', `nothing was imported: --strict does not take ${doubts}`, {
    hint: 'fix the files, or leave out --strict',
    details: diagnostics,
  })
}

function printJson(ctx: Context, report: ImportReport): void {
  ctx.stdout.write(`${sanitizeJson(report, ctx.masks, 2)}\n`)
}

async function say(ctx: Context, report: ImportReport, diagnostics: Diagnostic[]): Promise<void> {
  const { stderr, masks } = ctx
  stderr.write(await formatDiagnostics(diagnostics, { colour: stderr.colour, masks }))
  for (const line of summaryLines(report)) stderr.write(`${sanitizeLine(line, masks)}\n`)
}
