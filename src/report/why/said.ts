/** The few lines of a program's output that are worth the room on one screen. */

/**
 * The last `count` lines, where of lines that differ only in numbers (a counter, a time, a rate) the last one stands for
 * all: a program that reports its status every second would leave room for nothing else.
 */
export function relevantLines(lines: readonly string[], count: number): string[] {
  const chosen: string[] = []
  const shapes = new Set<string>()
  for (const line of [...lines].reverse()) {
    const shape = line.replace(/0x[0-9a-f]+|[0-9a-f]*[0-9][0-9a-f]*/gi, '#').trim()
    if (shape === '' || shapes.has(shape)) continue
    shapes.add(shape)
    chosen.unshift(line)
    if (chosen.length === count) break
  }
  return chosen
}
