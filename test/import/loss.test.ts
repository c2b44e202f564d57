import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readInputs } from '../../src/import/read.ts'

const values = 'YW5uQGV4YW1wbGUuY29t TWFya2VyLXBhc3MtMQ== 80:00:00:00:01:00:0A:C1 T33101 2 127.0.0.1 12'
const plain = `connectd -s -c ${values.replace('T33101', 'T33000')}`

/** What comes of lines below a plain line that runs connectd: the ports that are imported, and the lines that are named. */
function outcome(text: string, file = 'old.sh'): { ports: (number | null)[]; named: (number | undefined)[] } {
  const bytes = new TextEncoder().encode(`${plain}\n${text}\n`)
  const input = { file, path: `/${file}`, base: 'old', folder: '', bytes, named: true }
  const { files, diagnostics } = readInputs([input], () => null)
  const ports = files.flatMap(({ tunnels }) => tunnels.map(({ port }) => port)).slice(1)
  return { ports, named: diagnostics.map(({ place }) => place?.line) }
}

/** A way to run a program: `C` stands for it with its arguments, `P` for the program, `A` for the arguments. */
function written(way: string, program = 'connectd', args = `-s -c ${values}`): string {
  return way.replace(/\b[CPA]\b/g, (letter) => ({ C: `${program} ${args}`, P: program, A: args })[letter] ?? '')
}

const read = [
  'flock -n ./lock C',
  "flock -n ./lock -c 'C'",
  'screen -dmS x C',
  "tmux new-session -d 'C'",
  "tmux send-keys -t x 'C' Enter",
  "bash -c 'C'",
  "sudo -u pi bash -lc 'cd /opt; exec C'",
  'systemd-run --user C',
  "watch -n5 'C'",
  'xterm -e C &',
  '@reboot pi C',
  '0,30 * * jan mon-fri root cd /opt && C',
  '@reboot (sleep 60; C)',
  "su - pi -c 'C'",
  'nohup C > log 2>&1 &',
  'env -i LANG=C1 nice -n 5 timeout 60 C',
  'exec C',
  'eval "C"',
  'while true; do C; sleep 5; done',
  'until C\ndo sleep 1; done',
  'start() {\n C\n}',
  'function start { C; }',
  'case $1 in start) C ;; esac',
  'pgrep connectd > /dev/null || C &',
  'if ! C; then exit; fi',
  '(C &)',
  'cd /opt && C && echo up',
  'bash <<EOF\nC\nEOF',
  'cat > start.sh <<EOF\nC\nEOF',
  'yes | C | tee log',
  '> log C',
  'program=connectd; $program A',
  'program=$(which connectd 2>/dev/null); "$program" A',
  'program=`command -v connectd`\n$program A',
  '"$HOME/bin/connectd" A',
  '/opt/connectd.$(uname -m) A',
  "'/opt/remote it/connectd' A",
  'con"nectd" A',
  '${CONNECTD:-/usr/bin/connectd} A',
  'command="C"; $command &',
  "command='C'; nohup $command &",
  'command="C"; bash -c "$command"',
  "options='A'; connectd $options",
  'command=( connectd\n  A\n)\n"${command[@]}"',
  'start-stop-daemon --start --exec /usr/bin/connectd -- A',
  'connectd_pi A',
  './connectd64 A',
  './connectd-linux-arm A',
  '\\connectd A',
]

const named = [
  'ssh -t host C',
  "ssh host 'C'",
  'docker run --rm -it image C',
  'docker run --entrypoint connectd image A',
  'xargs P < list',
  'echo A | xargs P',
  "find . -name '*.conf' -exec P -f {} +",
  "parallel ::: 'C'",
  'caffeinate -i C',
  './wrapper C',
  'for port in 1 2; do connectd -s -c a b 80:00:00:00:01:00:0A:C3 T$port 2 127.0.0.1 12; done',
  'out=$(C)',
  'echo `C`',
  'bash <<< "C"',
  "echo 'C' >> ~/.bashrc",
  "echo 'C' | tee start.sh | sh",
  "(crontab -l; echo '@reboot C') | crontab -",
  "{ echo '#!/bin/sh'; echo 'C'; } > start.sh",
  "alias pi='C'",
  "trap 'C' EXIT",
  'python3 -c \'import os; os.system("C")\'',
  '$1 A',
  '"$PROGRAM" A',
  'program=(connectd -s); "${program[@]}" -c',
  'options=(A); connectd "${options[@]}"',
  'CONNECTD_OPTIONS="A"',
  'connectd "$@"',
  'connectd',
  'sudo ./connectd -d',
  'connectd -f /no/such/file',
  'service connectd start',
  '/etc/init.d/connectd start',
  'daemon connectd "A"',
  'command="C"',
]

const quiet = [
  '# C',
  "echo 'C'",
  'echo "starting C" >&2',
  'echo "C" >> /var/log/tunnel.log',
  'echo "C" | logger',
  'cat <<EOF\nUsage: C\nEOF',
  'pid=$(ps ax | grep "connectd -s" | awk "{print}")',
  'pkill -f "connectd -c"',
  'sudo pkill connectd',
  'command -v connectd || exit',
  'chmod +x /opt/connectd -v',
  'connectd -n',
  'program=/usr/bin/connectd',
]

describe('a line that runs connectd is imported:', () => {
  test.each(read)('%j', (way) => {
    expect(outcome(written(way))).toEqual({ ports: [33101], named: [] })
  })
})

describe('or it is named, with its line:', () => {
  test.each(named)('%j', (way) => {
    expect(outcome(written(way)).named).toContain(2)
  })
})

test.each(quiet)('a line that only speaks of connectd is neither: %j', (way) => {
  expect(outcome(written(way))).toEqual({ ports: [], named: [] })
})

test('however the ways are put into one another, no line is lost', () => {
  const program = fc.constantFrom('connectd', './connectd.arm', '"connectd"', '$HOME/connectd', '/usr/bin/connectd64')
  const args = fc.constantFrom(`-s -c ${values}`, `-c ${values}`, `-i -s -c ${values}`, `-c $1 $2 ${values}`)
  const outer = fc.constantFrom(...[...read, ...named].filter((way) => /\bC\b/.test(way) && !way.includes('`')))
  const words = fc.constantFrom('sudo -u test', 'my-runner --', 'exec', '$RUNNER', 'nice', 'x=1', '! ', '>x', 'ps -e;')
  fc.assert(
    fc.property(outer, outer, fc.array(words, { maxLength: 3 }), program, args, (way, inner, before, name, options) => {
      const line = written(way.replace(/\bC\b/, inner), [...before, name].join(' '), options)
      const { ports, named: lines } = outcome(line)
      expect(ports.length + lines.length).toBeGreaterThan(0)
    }),
    { numRuns: 1000 },
  )
})
