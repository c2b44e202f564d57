/** Names for tunnels and accounts, made of other people's words. */

/** `SSH-Pi.txt` is `ssh-pi`: lower-case letters, digits, `-` and `_`. `otherwise` where nothing of the word is left. */
export function nameFrom(word: string, otherwise: string): string {
  const name = word
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[-_]+|[-_]+$/g, '')
    .slice(0, longestName)
  return name === '' ? otherwise : name
}

const longestName = 63

export function baseOf(path: string): string {
  const name = path.replace(/^.*[/\\]/, '')
  return name.replace(/(?<=.)\.[A-Za-z0-9]{1,5}$/, '')
}

/** The name itself, else with the first number from 2 on that makes it free. Takes it. */
export function takeName(name: string, taken: Set<string>): string {
  let free = name
  for (let count = 2; taken.has(free); count += 1) {
    const ending = `-${count}`
    free = name.slice(0, longestName - ending.length) + ending
  }
  taken.add(free)
  return free
}
