import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keys } from '../../src/connectd/keys.ts'
import { kindOf, readProvisioning, type Provisioning } from '../../src/connectd/provisioning.ts'

const read = (text: string, lastLine: 'dropped' | 'read' = 'dropped'): Provisioning =>
  readProvisioning(new TextEncoder().encode(text), { lastLine })

const settings = (text: string): Record<string, string> =>
  Object.fromEntries([...read(text).settings].map(([name, { value }]) => [name, value]))

/** What becomes of each line, in one word or two. */
const fates = (text: string): string[] =>
  read(text).lines.map((line) => {
    switch (line.is) {
      case 'setting':
        return line.setting.key.name
      case 'ignored':
        return line.meant === null ? line.because : `${line.because}, meant ${line.meant.name}`
      case 'fatal':
        return `${line.effect}: ${line.because}`
      default:
        return line.is
    }
  })

describe('lines', () => {
  it.each([
    ['user_id a\n', 'user_id'],
    ['   user_id   a   b\n', 'user_id'],
    ['# user_id a\n', 'comment'],
    ['#\n', 'comment'],
    ['  # user_id a\n', 'indented comment'],
    ['\t# user_id a\n', 'indented comment'],
    ['\tuser_id a\n', 'leading tab, meant user_id'],
    ['user_id\ta\n', 'tab, meant user_id'],
    ['user_id=a\n', 'equals sign, meant user_id'],
    ['user_id = a\n', 'user_id'],
    ['User_ID a\n', 'wrong case, meant user_id'],
    ['colour red\n', 'unknown key'],
    ['\uFEFFuser_id a\n', 'byte order mark, meant user_id'],
    ['   \n', 'blank'],
    ['user_id a', 'unterminated, meant user_id'],
    ['user_id\n', 'crash: no value'],
    ['user_id   \n', 'crash: no value'],
    ['colour\n', 'unknown key'],
    [`user_id ${'a'.repeat(1012)}\n`, 'user_id'],
    [`user_id ${'a'.repeat(1013)}\n`, 'hang: too long'],
    [`# ${'a'.repeat(5000)}\n`, 'comment'],
    ['proxy_bind_address localhost\n', 'crash: no dotted quad'],
    ['proxy_bind_address 127.0.0.1\n', 'proxy_bind_address'],
  ])('%j is: %s', (text, fate) => {
    expect(fates(text)).toEqual([fate])
  })

  it.each(['\n', '\r\n', '\r'])('end with %j', (end) => {
    const text = ['user_id a', '', 'auth_pass b', ''].join(end)
    expect(fates(text)).toEqual(['user_id', 'blank', 'auth_pass'])
    expect(read(text).settings.get('auth_pass')?.line).toBe(3)
  })

  it('keep their places for messages', () => {
    const [, line] = read('# one\n   user_id    you@example.com # me\n').lines
    expect(line).toMatchObject({
      number: 2,
      is: 'setting',
      setting: { keyColumn: 4, valueColumn: 15, value: 'you@example.com', rest: '# me', spelling: 'user_id', line: 2 },
    })
  })

  it('without an end are read by 4.7 alone', () => {
    expect(read('user_id a', 'read').settings.get('user_id')?.value).toBe('a')
    expect(read('user_id a').settings.size).toBe(0)
  })

  it('behind a deadly one count for nothing', () => {
    const file = read('user_id a\nauth_pass\nproxy_local_port 33000\n')
    expect([...file.settings.keys()]).toEqual(['user_id'])
    expect(file.fatal).toMatchObject({ number: 2, effect: 'crash' })
  })
})

describe('values', () => {
  it('are one word; quotes are ordinary characters', () => {
    expect(settings('auth_pass "a b"\n')).toEqual({ auth_pass: '"a' })
    expect(read('auth_pass "a b"\n').settings.get('auth_pass')?.rest).toBe('b"')
  })

  it('= is a word of its own when blanks surround it', () => {
    expect(settings('user_id = a\n')).toEqual({ user_id: '=' })
  })

  it('of passwords end after 31 bytes, of accounts after 124', () => {
    const file = read(`auth_pass ${'p'.repeat(40)}\nuser_id ${'u'.repeat(130)}\n`)
    expect(file.settings.get('auth_pass')?.value).toBe('p'.repeat(31))
    expect(file.settings.get('auth_pass')?.word).toBe('p'.repeat(40))
    expect(file.settings.get('user_id')?.value).toBe('u'.repeat(124))
  })

  it('that stand there twice: the last counts, but of UIDs the first', () => {
    const text = 'proxy_local_port 1\nUID 80:01\nproxy_local_port0 2\nUID 80:02\n'
    expect(settings(text)).toEqual({ proxy_local_port: '2', UID: '80:01' })
  })
})

describe('kinds', () => {
  it.each([
    ['user_id a\nautoconnect 1\n', 'initiator'],
    ['user_id a\nautoconnect 0\n', 'initiator'],
    ['user_id a\n', 'console'],
    ['UID 80:00\npassword x\n', 'target'],
    ['user_id a\nUID 80:00\n', 'target'],
    ['user_id a\nautoconnect 1\nenabled 0\n', 'disabled'],
    ['enabled 1\nuser_id a\nautoconnect 1\n', 'initiator'],
    ['colour red\n', 'nothing'],
    ['', 'nothing'],
    ['user_id a\nautoconnect 1', 'console'],
  ])('%j is: %s', (text, kind) => {
    expect(kindOf(read(text))).toBe(kind)
  })

  it('signed files are targets; nothing of their block is read, what installers appended is', () => {
    const file = read(
      '#begin <do not modify section>\n6d1c-guid\n1\nc2hhMQ==\n-----BEGIN CONFIG-----\nuser_id hidden\n-----END CONFIG-----\n' +
        '#end <do not modify section>\n#note\nproxy_dest_port 22\n',
    )
    expect(file.signed).toBe(true)
    expect(kindOf(file)).toBe('target')
    expect([...file.settings.keys()]).toEqual(['proxy_dest_port'])
    expect(file.lines.filter((line) => line.is === 'sealed')).toHaveLength(6)
  })
})

describe('any file', () => {
  const word = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...keys.flatMap((key) => [key.name, ...key.synonyms])) },
    fc.constantFrom(
      'User_ID',
      'uid',
      'colour',
      '#',
      '#x',
      '=',
      '"a',
      'b"',
      '127.0.0.1',
      'localhost',
      '33000',
      '\uFEFF',
    ),
    fc.string({ unit: fc.constantFrom('a', 'Z', '9', '\t', '=', '#', '.', 'é'), maxLength: 8 }),
    fc.constantFrom('x'.repeat(31), 'y'.repeat(32), 'z'.repeat(125), 'long'.repeat(254), 'long'.repeat(256)),
  )
  const gap = fc.constantFrom('', ' ', '  ', '\t', ' \t ')
  const line = fc
    .tuple(gap, word, gap, word, gap, word)
    .map((parts) => parts.join(''))
    .chain((text) => fc.constantFrom(text, text.replaceAll(/[\t]/g, ' ')))
  const end = fc.constantFrom('\n', '\r\n', '\r', '\n\n', '')
  const file = fc.array(fc.tuple(line, end), { maxLength: 8 }).map((lines) => lines.flat().join(''))

  it('is read as the model reads it', () => {
    fc.assert(
      fc.property(file, fc.boolean(), (text, newer) => {
        const actual = read(text, newer ? 'read' : 'dropped')
        expect({
          end: actual.fatal?.effect ?? 'whole',
          values: Object.fromEntries([...actual.settings].map(([name, { value }]) => [name, value])),
        }).toEqual(model(text, newer))
      }),
      { numRuns: 2000 },
    )
  })

  it('of any bytes is read without an exception, and every byte is in some line', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const { lines } = readProvisioning(bytes)
        expect(lines.every((line, index) => line.number === index + 1)).toBe(true)
      }),
    )
  })

  /**
   * 4.6's reader once more, told as a machine that eats one byte at a time and knows its keys from its own table: the words
   * that mean the same, those cut at a length, those where the first one counts.
   */
  function model(text: string, newer: boolean): { end: string; values: Record<string, string> } {
    const means: Record<string, string> = {
      Yoics_id: 'user_id',
      Yoics_pass: 'auth_pass',
      user_pass: 'auth_pass',
      token_index: 'auth_index',
      token: 'auth_token',
      encrypt_level: 'encryption',
      proxy_local_port0: 'proxy_local_port',
      max_outstanding: 'max_depth',
      secret: 'password',
      proxy_dest_host: 'proxy_dest_ip',
      proxy_dest_port0: 'proxy_dest_port',
      yoics_server1_ip: 'server_override',
    }
    const names = new Set(
      `user_id auth_pass auth_hash auth_index auth_token encryption remote_address proxy_local_port proxy_bind_address
       max_depth autoconnect UID password proxy_dest_ip proxy_dest_port application_type server_override yoics_server1_port
       fe_server_list enabled iface side_channel_port server_channel info_file logfile log_mask lifetime grace_period lockdown
       keepalive_pulse keepalive_ack_count keepalive_unack keepalive_short_ttl keepalive_p2p api_server api_version project_key
       project_secret manufacture_id platform_version application_version application_subversion id_index uid_init bulkenabled
       SERIAL_NUM yoics_pass_write_shell yoics_pass_write_key yoics_pass_write_program uid_write_cmd secret_write_cmd`.split(
        /\s+/,
      ),
    )
    const room: Record<string, number> = { user_id: 124, auth_pass: 31 }
    const values: Record<string, string> = {}

    let held = ''
    const bytes = Array.from(text)
    for (let i = 0; i <= bytes.length; i++) {
      const byte = bytes[i]
      if (byte !== undefined && byte !== '\n' && byte !== '\r') {
        held += byte
        continue
      }
      const line = held
      held = ''
      if (line[0] === '#') continue
      if (Buffer.byteLength(line) > 1020) return { end: 'hang', values }
      if (byte === undefined && !newer) continue
      const words = line.split(' ').filter((part) => part !== '')
      const name = means[words[0] ?? ''] ?? words[0] ?? ''
      if (!names.has(name)) continue
      let value = words[1]
      if (value === undefined) return { end: 'crash', values }
      if (name === 'proxy_bind_address' && value !== '127.0.0.1') return { end: 'crash', values }
      while (Buffer.byteLength(value) > (room[name] ?? Infinity)) value = Array.from(value).slice(0, -1).join('')
      if ((name === 'UID' || name === 'SERIAL_NUM') && name in values) continue
      values[name] = value
    }
    return { end: 'whole', values }
  }
})
