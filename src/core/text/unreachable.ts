/** Ends every switch over a union: a new case is then a compile error where it matters. */
export function unreachable(value: never): never {
  throw new Error(`unreachable case: ${JSON.stringify(value)}`)
}
