/** Listening on Node: a port known to be free, compressed answers, how many are being made, and an end within seconds. Node only. */
import { once } from 'node:events'
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer } from 'node:net'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { compress } from 'hono/compress'
import type { App, Env } from './http.ts'
import type { Quick } from './quick.ts'

type Listener = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>

interface Address {
  host: string
  port: number
}
export interface Listening {
  /** calls that have no answer yet */
  answering(): number
  /** takes no more calls, and ends when those under way have been answered */
  close(): Promise<void>
}

/** HOST and PORT cannot be listened on; the message is one sentence for people. */
export class AddressFault extends Error {
  constructor({ host, port }: Address, { code = '' }: { code?: string }) {
    const reasons: Record<string, string> = {
      EADDRINUSE: `端口 ${port} 已被占用，请用 PORT 另选 / port ${port} on ${host} is taken: set another PORT`,
      EACCES: `没有权限使用端口 ${port}，请用 PORT 另选 1024 以上的端口 / no permission for port ${port}: set a PORT above 1023`,
    }
    super(
      reasons[code] ??
        `HOST ${host} 不是本机的地址，请改用 127.0.0.1 或 0.0.0.0 / HOST ${host} is not an address of this machine (${code}): use 127.0.0.1 or 0.0.0.0`,
    )
  }
}

/** Throws {@link AddressFault} at once: opening the database takes seconds, and building the demo city a minute. */
export async function requireFreePort(address: Address): Promise<void> {
  const probe = createServer().listen(address.port, address.host)
  await once(probe, 'listening').catch((error) => Promise.reject(new AddressFault(address, error)))
  await new Promise((resolve) => probe.close(resolve))
}

/** `ready` gets the address listened on, `failed` an {@link AddressFault}. */
export function listen(
  app: App & { quick: Quick },
  address: Address,
  ready: (url: string) => void,
  failed: (fault: AddressFault) => void,
): Listening {
  let answering = 0
  // around the whole app, so that error pages are compressed too; server-sent events never are
  const site = new Hono<Env>().use(compress()).all('*', async (c) => {
    answering++
    try {
      return await app.fetch(c.req.raw, c.env)
    } finally {
      answering--
    }
  })
  // what is answered quickly is small: it goes into the first packets uncompressed
  const quickly = (options: object, otherwise: Listener) =>
    createHttpServer(options, async (incoming, outgoing) => {
      const asked = app.quick(incoming)
      if (!asked) return otherwise(incoming, outgoing)
      answering++
      const answer = await asked
      answering--
      if (!answer) return otherwise(incoming, outgoing)
      outgoing.writeHead(200, answer.headers).end(answer.body)
    })
  const server = serve(
    { fetch: site.fetch, hostname: address.host, port: address.port, createServer: quickly as typeof createHttpServer },
    ({ port }) => ready(`http://${address.host}:${port}`),
  )
  server.on('error', (error) => failed(new AddressFault(address, error)))
  return {
    answering: () => answering,
    close: async () => {
      // a connection whose stream ends only now would be kept open for the browser's next call
      const sweep = setInterval(() => 'closeIdleConnections' in server && server.closeIdleConnections(), 100)
      await new Promise((resolve) => server.close(resolve))
      clearInterval(sweep)
    },
  }
}
