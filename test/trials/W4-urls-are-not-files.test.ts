import { expect, test } from 'vitest'
import { Rig } from '../support/rig.ts'

const urls = [
  'https://example.com/p2p.yaml',
  'git@example.com:a/b.git',
  'ssh://git@example.com/a',
  'oci://x/y:latest',
  'file:///etc/p2p.yaml',
  'github.com/o//p',
  'git.example.com:o//p.yaml',
]

test.each(urls)('%s is named as a URL, wherever a file is meant', async (url) => {
  const rig = new Rig({ URL: url })
  const says = `${url} is a URL, and only files can be read`
  for (const yaml of [
    `include: ['${url}']\ntunnels: {}`,
    `include: ['$URL']\ntunnels: {}`,
    `include: [{ path: x.yaml, env_file: '${url}' }]\ntunnels: {}`,
    `tunnels: { a: { extends: { file: '${url}', tunnel: b } } }`,
    `tunnels: { a: { command: [x], env_file: ['${url}'] } }`,
  ]) {
    rig.write(yaml)
    rig.write("tunnels: { x: { command: [echo, '$X'] } }", 'x.yaml')
    const { status, stderr } = await rig.look('config')
    expect([status, stderr]).toEqual([4, expect.stringContaining(says)])
  }
  expect((await rig.look('-f', url, 'config')).stderr).toContain(says)
})
