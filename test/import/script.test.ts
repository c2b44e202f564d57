import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readScript } from '../../src/import/script.ts'
import type { Word } from '../../src/import/script-words.ts'
import type { Dialect } from '../../src/import/script-syntax.ts'

function isRun(word: Word): boolean {
  return /(?:^|[/\\])run(?:\.exe)?$/.test(word.known ? word.text : word.literal)
}

/** The last line that runs `run` as its words: what is known in plain, what is not as `<of>`. */
function words(script: string, dialect: Dialect = 'shell'): string[] {
  const command = readScript(script, dialect, isRun).commands.at(-1)
  const all = command === undefined ? [] : [command.program, ...command.args]
  return all.map((word) => (word.known ? word.text : `<${word.of}>${word.literal}`))
}

describe('a shell script is read as a shell would split it', () => {
  test.each([
    ['run a  b\tc', ['run', 'a', 'b', 'c']],
    [`run 'a b' "c d" e\\ f`, ['run', 'a b', 'c d', 'e f']],
    [`run a'b'"c"d`, ['run', 'abcd']],
    [`run "a \\" \\$x \\n" 'b\\'`, ['run', 'a " $x \\n', 'b\\']],
    [`run $'a\\tb'`, ['run', '<something that a shell works out>']],
    ['run a\\\nb \\\n c', ['run', 'ab', 'c']],
    ['run a # b', ['run', 'a']],
    ['run a#b', ['run', 'a#b']],
    ['run a; run b & run c', ['run', 'c']],
    ['run a > out 2>&1 < in &', ['run', 'a']],
    ['cat <<EOF\nrun x\nEOF\nrun a', ['run', 'a']],
    ['run ""', ['run', '']],
    ['if true; then run a; fi', ['run', 'a']],
    ['case "$1" in start) run a;; esac', ['run', 'a']],
    ['f() { run a; }', ['run', 'a']],
    ['run a \\   # and on\n  b', ['run', 'a', 'b']],
  ])('%j', (script, expected) => {
    expect(words(script)).toEqual(expected)
  })
})

describe('its variables are followed, and nothing is run', () => {
  test.each([
    ['x=1; run $x ${x}2 "$x 3"', ['run', '1', '12', '1 3']],
    ['x=a y=b run $x$y', ['run', 'ab']],
    ['export x="1 2"; run $x "$x"', ['run', '1', '2', '1 2']],
    ['run ${x:-7} ${y-8} ${1:-9}', ['run', '7', '8', '9']],
    ['run $1 T$2 "$HOME"', ['run', '<$1>', '<$2>T', '<$HOME>']],
    ['x=1; x=1; run $x', ['run', '1']],
    ['x=1; x=2; run $x', ['run', '<$x>']],
    ['x=1; if [ -n "$1" ]; then x=$1; fi; run $x', ['run', '1']],
    ['x=1; if a; then x=2; else x=3; fi; run $x', ['run', '<$x>']],
    ['x=(1 2); run $x', ['run', '<a list>']],
    ['x=$(hostname); run $x', ['run', '<the output of a command>']],
    ['run $((1+2)) ${x%.*}', ['run', '<something that a shell works out>', '<something that a shell works out>']],
    ['run $(echo -n ann | base64)', ['run', 'YW5u']],
    ['run $(echo ann | base64)', ['run', 'YW5uCg==']],
    ["run `printf '%s' ann | base64 -w 0`", ['run', 'YW5u']],
    ['run "$(echo -n "ann" | base64 | tr -d "\\n")"', ['run', 'YW5u']],
    ["run $(printf 'ann' | openssl base64 -A)", ['run', '<the output of a command>']],
    ['run $(base64 <<< ann)', ['run', '<the output of a command>']],
    ['run $(echo -n "$1" | base64)', ['run', '<$1>']],
    ['run $(echo ann | rot13)', ['run', '<the output of a command>']],
  ])('%j', (script, expected) => {
    expect(words(script)).toEqual(expected)
  })
})

describe('a PowerShell script is read likewise', () => {
  test.each([
    ['run a "b c" \'d e\'', ['run', 'a', 'b c', 'd e']],
    ['$x = 1\nrun T$x "U$x"', ['run', 'T1', 'U1']],
    ['[int]$X = "2"\nrun $x', ['run', '2']],
    ['$x = \'a\' + "b"\nrun $x', ['run', '<something that PowerShell works out>']],
    ['run `\n  a', ['run', 'a']],
    ['run a # b', ['run', 'a']],
    ['<# run x #> run a', ['run', 'a']],
    ['& "C:\\x y\\run.exe" a', ['C:\\x y\\run.exe', 'a']],
    ['Start-Process run -ArgumentList "a b $x c"', ['run', 'a', 'b', '<$x>', 'c']],
    ['Start-Process -ArgumentList @("a", "b") -Wait -FilePath run', []],
    ["Start-Process run -ArgumentList 'a','b'", []],
    ["$p = Start-Process 'run' 'a b' -PassThru", ['run', 'a', 'b']],
    ['$x = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes("ann"))\nrun $x', ['run', 'YW5u']],
    ['$x = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($args[0]))\nrun $x', ['run', '<$args[0]>']],
    ['run $env:PI_UID $(1 + 2)', ['run', '<$env:PI_UID>', '<something that PowerShell works out>']],
  ])('%j', (script, expected) => {
    expect(words(script, 'powershell')).toEqual(expected)
  })
})

/** Each runs the program once, or stands for running it once. */
const lines = [
  'run -c a',
  'nohup run -c a > log 2>&1 &',
  'LANG=C sudo -u pi ./run -c a',
  "tmux new-session -d 'run -c a'",
  'bash -c "cd /tmp && run -c $1"',
  'eval "run -c a"',
  'ssh host run -c a',
  'out=$(run -c a)',
  'foo "$(run -c a)"',
  'foo `ssh host run -c a`',
  '(cd /tmp; run -c a)',
  'if [ -n "$1" ]; then run -c a; fi',
  'for x in 1 2; do run -c $x; done',
  'until run -c a; do sleep 1; done',
  'case $1 in a) run -c a ;; esac',
  'f() { run -c "$1"; }',
  'bash <<EOF\nrun -c a\nEOF',
  'cat <<EOF > file\nrun -c a\nEOF',
  'echo "run -c a" | sh',
  'list=(run -c a)',
  '[ -e x ] && run -c a || exit',
]
const quiet = [
  '# run -c a',
  'echo "run -c a"',
  'pgrep -f "run -c" > /dev/null',
  "x='it is'",
  'sleep 1; exit',
  'cat <<EOF\nUsage: run -c a\nEOF',
]

test('every line that runs the program is read or named, and no other', () => {
  const line = fc.oneof(fc.constantFrom(...lines), fc.constantFrom(...quiet))
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 8 }),
      fc.constantFrom('', "echo 'never closed\n", 'x=$(\n'),
      (script, broken) => {
        const { commands, unread } = readScript(script.join('\n') + '\n' + broken, 'shell', isRun)
        expect(commands.length + unread.length).toBe(script.filter((text) => lines.includes(text)).length)
      },
    ),
  )
  const { commands } = readScript(`foo 'never closed\n${lines.slice(0, 3).join('\n')}`, 'shell', isRun)
  expect(commands.map(({ program }) => program.at.line)).toEqual([2, 3, 4])
})

describe('a hostile script costs nothing', () => {
  const piece = fc.constantFrom(
    ...[
      '$(',
      '`',
      '${',
      '}',
      ')',
      '"',
      "'",
      '\\',
      '\n',
      ' ',
      '<<E',
      '<<<',
      '#',
      '$((',
      '|',
      '&',
      ';',
      'x=',
      '$x',
      '@(',
      '<#',
      '$',
    ],
    ...['connectd', '-c', '{', '((', ':-', 'E', '>', '[', ']', '\r', '\\ #'],
  )

  test('random text ends, in both languages', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        words(pieces.join(''))
        words(pieces.join(''), 'powershell')
      }),
      { numRuns: 1500 },
    )
  })
})
