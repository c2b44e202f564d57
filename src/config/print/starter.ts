/** The p2p.yaml that `p2p init` writes. `schema`: where an editor finds the schema; null if no one else would find it there. */
export function starterText(schema: string | null): string {
  const schemaLine = schema === null ? '' : `# yaml-language-server: $schema=${schema}\n`
  return `${schemaLine}${starter}`
}

const starter = `# Tunnels of this project.
#
#   p2p up        opens them and waits until each is proved open
#   p2p ps        shows what is open, and on which port
#   p2p logs -f   follows their output
#   p2p down      closes them
#   p2p config    shows this file with everything resolved

# name: my-project                # otherwise the name of this folder

accounts:
  default:
    user: \${REMOTEIT_USER:-you@example.com}
    password: \${REMOTEIT_PASSWORD:-simulator}

# THE SIMULATOR runs every connectd tunnel below because of this line: it needs no device and no account. For the real
# connectd delete it, set REMOTEIT_USER and REMOTEIT_PASSWORD (here or in a file .env), and use your own UIDs.
defaults: { connectd: { program: connectd-sim } }

tunnels:
  # A remote.it service, reached by connectd. Try it: curl $(p2p port web-pi)
  web-pi:
    description: web server on the Pi
    port: auto                    # a free local port that stays the same; or a number
    url: http://{host}:{port}/
    connectd:
      uid: 80:00:00:00:01:00:0A:C3

  # p2p's own relay: listens here, connects there.
  web-copy:
    port: auto
    tcp: { to: "127.0.0.1:{port:web-pi}" }
    depends_on: [web-pi]          # opened after it, closed before it

  # A port of a host behind a bastion, through your own ssh with its keys and ~/.ssh/config.
  # db:
  #   port: 15432
  #   ssh: { to: deploy@bastion, forward: db.internal:5432 }

  # The other way round: the far host listens, and leads here.
  # hook:
  #   ssh: { to: bastion, reverse: { from: 127.0.0.1:9000, to: 127.0.0.1:3000 } }

  # A SOCKS proxy whose connections leave from the far host.
  # socks:
  #   port: 1080
  #   ssh: { to: bastion, dynamic: true }

  # Any program that keeps running, as a list of its arguments.
  # api:
  #   port: 8080
  #   command: [kubectl, port-forward, svc/api, "{port}:80"]
  #   ready: { log: "^Forwarding from" }
  #   healthcheck: { http: /healthz }
  #   profiles: [k8s]             # opened by name, or with --profile k8s
`
