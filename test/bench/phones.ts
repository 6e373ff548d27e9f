/** Phones in a thread of their own, as they are not the server: each message's requests are sent all at once, and the seconds told until the last answer is read. */
import { parentPort } from 'node:worker_threads'

export interface Calls {
  requests: { url: string; body?: object }[]
}

parentPort!.on('message', async ({ requests }: Calls) => {
  const started = performance.now()
  const statuses = await Promise.all(
    requests.map(async ({ url, body }) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: body ? JSON.stringify(body) : null,
      })
      await response.arrayBuffer()
      return response.status
    }),
  )
  parentPort!.postMessage({ seconds: (performance.now() - started) / 1000, statuses })
})
