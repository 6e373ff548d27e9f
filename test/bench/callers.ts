/** Callers in a thread of their own, as they are not the server: so many connections at once, each from an address of its own, asking one thing after another. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { parentPort } from 'node:worker_threads'

export interface Round {
  port: number
  /** the first of 127.0.0.0/8 after which each connection takes the next */
  address: number
  /** asked by one connection each, in turn */
  paths: string[][]
  at_once: number
}

parentPort!.on('message', async ({ port, address, paths, at_once }: Round) => {
  const sockets = await Promise.all(paths.map((_, index) => open(port, address + index)))
  const started = performance.now()
  let next = 0
  const caller = async () => {
    for (let index = next++; index < sockets.length; index = next++)
      for (const path of paths[index]!) await ask(sockets[index]!, path)
  }
  await Promise.all(Array.from({ length: at_once }, caller))
  const seconds = (performance.now() - started) / 1000
  for (const socket of sockets) socket.destroy()
  parentPort!.postMessage({ seconds })
})

async function open(port: number, address: number): Promise<Socket> {
  const localAddress = `127.${(address >> 16) & 255}.${(address >> 8) & 255}.${address & 255}`
  const socket = connect({ host: '127.0.0.1', port, localAddress, noDelay: true })
  await once(socket, 'connect')
  return socket
}

/** Reads the whole answer; anything but a 200 is a fault of the bench. */
function ask(socket: Socket, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const end = (settle: () => void) => {
      socket.removeAllListeners('data')
      socket.removeAllListeners('close')
      settle()
    }
    socket.on('close', () => end(() => reject(new Error(`${path}: the connection was closed`))))
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1')
      if (!isWhole(answer)) return
      end(() => (answer.startsWith('HTTP/1.1 200') ? resolve() : reject(new Error(`${path}: ${answer.slice(0, 300)}`))))
    })
    socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`)
  })
}

function isWhole(answer: string): boolean {
  const head = answer.indexOf('\r\n\r\n')
  if (head < 0) return false
  const length = /\r\ncontent-length: (\d+)/i.exec(answer.slice(0, head))?.[1]
  return length ? answer.length >= head + 4 + Number(length) : answer.endsWith('0\r\n\r\n')
}
