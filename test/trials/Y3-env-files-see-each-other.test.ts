import { expect, test } from 'vitest'
import { load, folderWith } from '../config/support.ts'

test("a tunnel's env_file sees the project's .env, what the include has, and its own lines first", async () => {
  const folder = folderWith({
    'p2p.yaml': `include: [{ path: lab/p2p.yaml, env_file: lab.env }]
tunnels: { a: { command: [x], env_file: a.env, environment: { TOKEN: { env: T } } } }`,
    '.env': 'HOST=office\nPORT=80\n',
    'lab.env': 'LAB=lab-of-$HOST\n',
    'a.env': 'PORT=81\nURL=http://$HOST:$PORT/\n',
    'lab/p2p.yaml': "tunnels: { b: { command: ['$LAB'], env_file: b.env } }",
    'lab/b.env': 'URL=http://$LAB.$HOST/\n',
  })
  const { project } = await load(folder)
  const env = (name: string) => project.tunnels.find((tunnel) => tunnel.name === name)?.launch.env
  expect(env('a')).toMatchObject({ URL: 'http://office:81/' })
  expect(env('b')).toMatchObject({ URL: 'http://lab-of-office.office/' })
  const shell = await load(folder, { env: { HOST: 'shell', PORT: '1' } })
  expect(shell.project.tunnels.find(({ name }) => name === 'a')?.launch.env).toMatchObject({ URL: 'http://shell:1/' })
})
