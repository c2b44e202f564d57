/** Values that many entries have alike (exit tables, policies) are written once. */
export interface SharedValues {
  /** The keys whose values are places in `values`. */
  keys: string[]
  values: unknown[]
  entries: Record<string, unknown>[]
}

/** The same entries as JSON makes of them, in less text. */
export function shareValues(entries: readonly object[]): SharedValues {
  const isLarge = (value: unknown): boolean => typeof value === 'object' && value !== null
  const keys = new Set(
    entries.flatMap((entry) => Object.entries(entry).flatMap(([key, value]) => (isLarge(value) ? [key] : []))),
  )
  const places = new Map<string, number>()
  const values: unknown[] = []
  const placeOf = (value: unknown): number => {
    const text = JSON.stringify(value)
    const place = places.get(text) ?? values.push(value) - 1
    places.set(text, place)
    return place
  }
  const shared = entries.map((entry) =>
    Object.fromEntries(
      Object.entries(entry).flatMap(([key, value]: [string, unknown]) =>
        value === undefined ? [] : [[key, keys.has(key) ? placeOf(value) : value]],
      ),
    ),
  )
  return { keys: [...keys], values, entries: shared }
}

/** Changes `entries` in place: their keys stay in order, and equal values are one object. */
export function unshareValues({ keys, values, entries }: SharedValues): unknown[] {
  for (const entry of entries) for (const key of keys) if (key in entry) entry[key] = values[entry[key] as number]
  return entries
}
