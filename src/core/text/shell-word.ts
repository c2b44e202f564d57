/** A word for pasting into a shell: quoted, unless only `plain` characters are in it. */
export function shellWord(word: string, plain = /^[\w@%+=:,./-]+$/): string {
  return plain.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}
