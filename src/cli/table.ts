/** Every command of p2p: a file in commands/ and a row in rows/, which decides what is parsed and what help says. */
import { command, type Command } from './command.ts'
import { changing } from './rows/change.ts'
import { looking } from './rows/look.ts'
import { managing } from './rows/project.ts'

/** In the order of help. */
export const commands: readonly Command[] = [
  ...changing,
  ...looking,
  ...managing,
  command({
    name: 'help',
    summary: 'Explain p2p, or one command',
    words: { kind: 'word', key: 'topic', shown: 'COMMAND', describe: 'The command to explain, or all' },
    examples: [
      ['p2p help up', 'the same as p2p up --help'],
      ['p2p help all', 'every command and flag'],
    ],
    load: async () => (await import('./help.ts')).helpCommand(commands),
  }),
]
