/** A receiver of webhooks on this machine: keeps what came, checks each signature with the library, and answers as it is told. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'

export interface Received {
  path: string
  id: string
  headers: IncomingHttpHeaders
  body: string
  /** how many of the secrets known to the receiver verify it */
  verified: number
}

export async function receiver() {
  const received: Received[] = []
  const secrets: string[] = []
  let behave: (answer: ServerResponse) => void = (answer) => answer.writeHead(204).end()
  const server = createServer(async (request, answer) => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece)
    const body = Buffer.concat(pieces).toString()
    const { url = '', headers } = request
    const verified = secrets.filter((secret) => verifies(secret, body, headers)).length
    received.push({ path: url, id: String(headers['webhook-id']), headers, body, verified })
    behave(answer)
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/hook`,
    /** those it checks with */
    secrets,
    /** what came since the last call */
    take: () => received.splice(0),
    answer(status: number, text = '', headers: Record<string, string> = {}) {
      behave = (answer) => answer.writeHead(status, headers).end(text)
    },
    behave(how: typeof behave) {
      behave = how
    },
    async close() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

function verifies(secret: string, body: string, headers: IncomingHttpHeaders): boolean {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>)
    return true
  } catch {
    return false
  }
}
