/** Keeps files that hold secrets out of git. */
import { join } from 'node:path'
import { isIgnored, withLines } from '../../import/spelling.ts'
import { createFile, readUserText, replaceFile } from '../../runtime/files/user-files.ts'

/** Before the files exist, so that there is no moment in which git would take them. `fresh`: lines of a new .gitignore. Returns what was written. */
export function keepOutOfGit(folder: string, names: readonly string[], fresh = names): string[] {
  const path = join(folder, '.gitignore')
  const text = readUserText(path)
  const missing = names.filter((name) => !isIgnored(text, '*') && !isIgnored(text, name))
  if (missing.length === 0) return []
  if (text === null) createFile(path, withLines(null, fresh), 0o666)
  else replaceFile(path, withLines(text, missing), null)
  return [path]
}
