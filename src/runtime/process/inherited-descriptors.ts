/** Closes what this process's caller left open in it, so that no tunnel keeps it open for as long as it lives. */
import { closeSync, process, readdirSync, readFileSync } from '../machine.ts'

const closeOnExec = 0o2000000

/**
 * Only descriptors of the caller lack close-on-exec: they came through an exec. A shell closes none above 9. Elsewhere
 * than on Linux there is nothing to do: libuv spawns with POSIX_SPAWN_CLOEXEC_DEFAULT on macOS.
 */
export function closeInheritedDescriptors(): void {
  // A channel to a parent Node is in use.
  if (process.platform !== 'linux' || process.channel !== undefined) return
  for (const name of readdirSync('/proc/self/fdinfo')) {
    const descriptor = Number(name)
    if (descriptor <= 2) continue
    try {
      const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${name}`, 'latin1'))?.[1] ?? ''
      if ((parseInt(flags, 8) & closeOnExec) === 0) closeSync(descriptor)
    } catch {
      // The one that listed them is closed by now.
    }
  }
}
