/** Reads what connectd 4.6 prints about itself and about the network. */

interface Banner {
  version: string
  /** `x86_64`, `MAC OSX`. */
  system: string | null
  /** `Apr 19 2019 at 16:46:38`. */
  built: string | null
  isSimulator: boolean
}

/** The first lines it prints for any option; null: this is not connectd. */
export function readBanner(output: string): Banner | null {
  const version = /^[ \t]+Version (\d+(?:\.\d+)+)/m.exec(output)?.[1]
  if (version === undefined || !/^Connectd built/im.test(output)) return null
  return {
    version,
    system: /^ +(\S.*?) Version[ \t]*$/m.exec(output)?.[1] ?? null,
    built: /^Connectd built (.*?) Now Starting Up/im.exec(output)?.[1] ?? null,
    isSimulator: /^[ \t]+SIMULATOR[ \t]*$/m.test(output),
  }
}

export interface Diagnosis {
  /** Each null if the report does not say. */
  dns: boolean | null
  tcp: boolean | null
  udp: boolean | null
  /** Its sentences about the router, verbatim. */
  router: string[]
  compatible: boolean | null
}

/** The report of -n, as in the vendor's guide: [OK] marks success. */
export function readDiagnosis(output: string): Diagnosis {
  const lines = output.split(/\r?\n/)
  return {
    dns: verdictOf(lines, /^Checking if DNS works/),
    tcp: verdictOf(lines, /^Checking TCP connectivity/),
    udp: verdictOf(lines, /^(Checking UDP connectivity|Send to )/),
    router: lines.filter((line) => line.startsWith('This router')),
    compatible: lines.some((line) => /^Endian\b/.test(line)) ? lines.includes('Looks compatible.') : null,
  }
}

function verdictOf(lines: readonly string[], about: RegExp): boolean | null {
  const found = lines.filter((line) => about.test(line))
  return found.length === 0 ? null : found.some((line) => line.includes('[OK]'))
}
