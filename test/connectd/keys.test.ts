import { describe, expect, it } from 'vitest'
import { findKey, findKeyInAnyCase, keys } from '../../src/connectd/keys.ts'

describe('the key table', () => {
  it('gives no word two meanings', () => {
    const words = keys.flatMap((key) => [key.name, ...key.synonyms])
    expect(new Set(words).size).toBe(words.length)
  })

  it.each([
    ['Yoics_id', 'user_id'],
    ['Yoics_pass', 'auth_pass'],
    ['user_pass', 'auth_pass'],
    ['token_index', 'auth_index'],
    ['token', 'auth_token'],
    ['encrypt_level', 'encryption'],
    ['proxy_local_port0', 'proxy_local_port'],
    ['max_outstanding', 'max_depth'],
    ['secret', 'password'],
    ['proxy_dest_host', 'proxy_dest_ip'],
    ['yoics_server1_ip', 'server_override'],
  ])('%s means %s', (synonym, name) => {
    expect(findKey(synonym)?.name).toBe(name)
  })

  it('minds the case, and can say what was meant', () => {
    expect(findKey('USER_ID')).toBeNull()
    expect(findKeyInAnyCase('USER_ID')?.name).toBe('user_id')
    expect(findKey('yoics_id')).toBeNull()
  })

  it('knows no key that only an object would have', () => {
    expect(findKey('constructor')).toBeNull()
    expect(findKey('__proto__')).toBeNull()
  })

  it('marks every key that hands a command to a shell', () => {
    expect(keys.filter((key) => key.role === 'shell').map((key) => key.name)).toEqual([
      'yoics_pass_write_shell',
      'yoics_pass_write_key',
      'yoics_pass_write_program',
      'uid_write_cmd',
      'secret_write_cmd',
    ])
  })
})
