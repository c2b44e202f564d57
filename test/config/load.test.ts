import { expect, test } from 'vitest'
import { loadText } from './support.ts'

test('a file with every kind of tunnel becomes a project', async () => {
  const { project, warnings } = await loadText(`
name: bench-lab
accounts:
  default:
    user: \${REMOTEIT_USER:-you@example.com}
    password: { env: REMOTEIT_PASSWORD }
defaults:
  restart: always
tunnels:
  ssh-pi:
    port: 33000
    connectd: { uid: 80:00:00:00:01:00:0A:C2 }
  db:
    port: 15432
    ssh: { to: deploy@bastion, forward: db.internal:5432 }
    depends_on: [ssh-pi]
  api:
    port: 8080
    command: [kubectl, port-forward, svc/api, "{port}:80"]
  cache:
    port: 6379
    tcp: { to: 10.0.0.5:6379 }
`)
  expect(warnings).toEqual([])
  expect(project.name).toBe('bench-lab')
  expect(project.tunnels.map(({ name, driver, restart }) => [name, driver, restart.when])).toEqual([
    ['ssh-pi', 'connectd', 'always'],
    ['db', 'ssh', 'always'],
    ['api', 'command', 'always'],
    ['cache', 'tcp', 'always'],
  ])
  expect(project.active).toEqual(['ssh-pi', 'db', 'api', 'cache'])
  expect(project.secretVariables).toEqual(['REMOTEIT_PASSWORD'])
})
