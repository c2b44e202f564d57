#!/usr/bin/env node
// The bin. Any Node must be able to parse it, and no static import comes before the check: an old Node says what is wrong.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19)) {
  import('./cli/process.ts')
    .then(({ main }) => main())
    .catch(() => {
      refuse("a part of p2p can't be loaded; install it again")
    })
} else {
  refuse(`p2p needs Node ${major < 21 ? '20.19' : '22.12'} or later, this is ${process.versions.node}`)
}

function refuse(why: string): void {
  process.stderr.write(`p2p: ${why}\n`)
  // "What p2p itself needs is missing" of cli/exit-statuses.ts.
  process.exitCode = 6
}
