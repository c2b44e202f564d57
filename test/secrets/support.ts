import { spawn } from 'node:child_process'
import { mainFile, type Ran, type Rig } from '../scenarios/rig.ts'

/** Runs a command of the built program with something on its standard input. */
export function withInput(rig: Rig, input: string, ...args: string[]): Promise<Ran> {
  const child = spawn(process.execPath, [mainFile, ...args], {
    cwd: rig.project,
    env: rig.env,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const said = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text))
  // A command that ends without reading closes the pipe.
  child.stdin.on('error', () => undefined).end(input)
  return new Promise((resolve) => {
    child.once('close', (status, signal) => {
      resolve({ status, signal, ...said })
    })
  })
}
