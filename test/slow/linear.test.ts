/** Hostile texts take no longer than their length allows: by the clock, so only where nothing else runs. */
import { expect, test } from 'vitest'
import { validators } from '../../src/config/generated/validators.js'
import { readInputs } from '../../src/import/read.ts'
import { readScript } from '../../src/import/script.ts'
import type { Dialect } from '../../src/import/script-syntax.ts'

const connectd = { port: 33000, connectd: { uid: '80:00:00:00:01:00:0A:C2' } }
const good = 'user_id ann@example.com\nauth_pass hunter22\nremote_address 80:00:00:00:01:00:0A:C2\nautoconnect 1\n'

function readWords(script: string, dialect: Dialect = 'shell'): void {
  readScript(script, dialect, (word) => word.known && word.text === 'run')
}

function readProvisioning(text: string): void {
  const bytes = new TextEncoder().encode(text)
  readInputs([{ file: 'old.txt', path: '/old.txt', base: 'old', folder: '', bytes, named: true }], () => null)
}

test('many lines that run the same long text take no longer than they must', () => {
  const before = performance.now()
  readWords(`x='${'a b '.repeat(2000)}'\n${'bash -c "$x"\n'.repeat(2000)}`)
  expect(performance.now() - before).toBeLessThan(5000)
})

test.each([
  '$(',
  '`',
  '${a:-',
  '$((',
  '"',
  '\\ ',
  '<<E ',
  '$( "',
  '@(',
  '"$(',
  'x=$x',
  '${',
  '[a',
  "'",
  '$a[',
  '#\n',
  '{ ',
  '! ',
  'while ',
  'x=a$x$x;',
  '$x = $x + $x + 1;',
  "bash -c 'run -c x'\n",
  'nohup run -c a\n',
  'x=y"$x$x"\n',
  'run -c ',
])('repeated %j takes no longer than its length allows', (text) => {
  const script = text.repeat(Math.floor(50_000 / text.length))
  const before = performance.now()
  readWords(script)
  readWords(script, 'powershell')
  expect(performance.now() - before).toBeLessThan(5000)
})

test.each(['auth_pass x\n# y\n', 'Remote_Adress 1\n', 'proxy_locl_port_0 a\n', '#\n', 'a\n', 'autoconnect'])(
  'a file full of %j takes no longer than its length allows',
  (text) => {
    const before = performance.now()
    readProvisioning(good + text.repeat(Math.floor(100_000 / text.length)))
    expect(performance.now() - before).toBeLessThan(5000)
  },
)

test('no pattern takes long over a hostile text', () => {
  const hostile = [
    '1:'.repeat(50_000),
    '0.'.repeat(50_000),
    '1h'.repeat(50_000),
    'a'.repeat(100_000),
    '/'.repeat(100_000),
  ]
  const before = performance.now()
  for (const text of hostile) {
    validators.connectd({
      ...connectd,
      port: text,
      bind: text,
      restart: text,
      stop: { grace: text },
      logs: { max_size: text },
      profiles: [text],
    })
    validators.connectd({ connectd: { uid: text, server: text }, ready: { http: text } })
    validators.project({ name: text, tunnels: { [text]: {} } })
  }
  expect(performance.now() - before).toBeLessThan(1000)
})
