/** Did-you-mean: the most likely candidate for a mistyped word. */

/** Longer words are not typos, and a hostile file could make comparing them slow. */
const longestWord = 100
const mostEdits = 3
const mostCandidates = 1000

/** The candidate with the fewest typos, else the only one that begins with the word; null if none is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string | null {
  const typed = word.toLowerCase()
  if (typed.length === 0 || typed.length > longestWord) return null
  let best: { candidate: string; edits: number } | null = null
  const begun: string[] = []
  let count = 0
  for (const candidate of candidates) {
    if (++count > mostCandidates) break
    const meant = candidate.toLowerCase()
    if (typed.length >= 2 && meant.startsWith(typed)) begun.push(candidate)
    const allowed = Math.min(allowedEdits(typed, meant), best === null ? mostEdits : best.edits - 1)
    if (Math.abs(typed.length - meant.length) > allowed) continue
    const edits = editDistance(typed, meant)
    if (edits <= allowed) best = { candidate, edits }
  }
  return best?.candidate ?? (begun.length === 1 ? (begun[0] ?? null) : null)
}

/** One typo in three letters, but at least one letter must match. */
function allowedEdits(typed: string, meant: string): number {
  const longer = Math.max(typed.length, meant.length)
  return Math.min(mostEdits, Math.max(1, Math.floor(longer / 3)), longer - 1)
}

/** Optimal string alignment distance: Levenshtein with swaps of neighbours. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1]
      let least = Math.min(at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + (same ? 0 : 1))
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      if (swapped) least = Math.min(least, at(beforeLast, column - 2) + 1)
      current.push(least)
    }
    beforeLast = last
    last = current
  }
  return at(last, b.length)
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity
}

/** A hint: `did you mean ...?` with the nearest candidate as `show` writes it, else `otherwise`. */
export function suggest<Otherwise extends string | undefined>(
  word: string,
  candidates: Iterable<string>,
  otherwise: Otherwise,
  show = (candidate: string): string => candidate,
): string | Otherwise {
  const guess = didYouMean(word, candidates)
  return guess === null ? otherwise : `did you mean ${show(guess)}?`
}
