/** Calls outside on Node: the address that a name resolves to is checked as the connection is made, so that no second answer of the name server gets past. */
import { lookup } from 'node:dns'
import { type IncomingMessage, request as overHttp } from 'node:http'
import { request as overHttps } from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { type Answered, KEPT_TEXT, keptText, lengthOf, type Outgoing, TIME_LIMIT_MS } from './outgoing.ts'

/** Loopback, private, link-local, shared, documentation and multicast (RFC 6890). */
const PRIVATE_IPV4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4'],
]
/** All but 2000::/3, the part that is given out, and of that what carries IPv4 inside or is not for calling. */
const PRIVATE_IPV6 = ['::/3', '4000::/2', '8000::/1', '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']

// two lists: one would take every IPv4 address for a part of ::/3
const blocked = { ipv4: listOf('ipv4', PRIVATE_IPV4), ipv6: listOf('ipv6', PRIVATE_IPV6) }

function listOf(family: 'ipv4' | 'ipv6', ranges: string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits] = range.split('/')
    list.addSubnet(address, Number(bits), family)
  }
  return list
}

class PrivateAddress extends Error {}

/** Whether an address is one of the internet at large. */
export function isPublic(address: string): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
  return isIP(address) !== 0 && !blocked[family].check(address, family)
}

const lookupPublic: LookupFunction = (name, options, answered) => {
  lookup(name, { ...options, all: true }, (error, addresses) => {
    if (error) return answered(error, [])
    if (!addresses.every(({ address }) => isPublic(address))) return answered(new PrivateAddress(name), [])
    if (options.all) return answered(null, addresses)
    const [{ address, family } = { address: '', family: 0 }] = addresses
    answered(null, address, family)
  })
}

export function nodeOutgoing(to_private: boolean): Outgoing {
  return {
    to_private,
    async post(url, headers, body) {
      const { protocol, hostname } = new URL(url)
      // an address that is written out is not looked up
      const written = hostname.replace(/^\[|\]$/g, '')
      if (!to_private && isIP(written) && !isPublic(written)) return { fault: 'private_address' }
      const request = protocol === 'http:' ? overHttp : overHttps
      try {
        return await new Promise<Answered>((resolve, reject) => {
          const options = {
            ...{ method: 'POST', headers: { ...headers, 'content-length': Buffer.byteLength(body) }, agent: false },
            ...(to_private ? {} : { lookup: lookupPublic }),
            signal: AbortSignal.timeout(TIME_LIMIT_MS),
          }
          request(url, options, (answer) => read(answer).then(resolve, reject))
            .on('error', reject)
            .end(body)
        })
      } catch (error) {
        if (error instanceof PrivateAddress) return { fault: 'private_address' }
        return { fault: (error as Error).name === 'AbortError' ? 'timeout' : 'unreachable' }
      }
    },
  }
}

async function read(answer: IncomingMessage): Promise<Answered> {
  const pieces: Uint8Array[] = []
  // leaving the loop closes the connection
  for await (const piece of answer) {
    pieces.push(piece)
    if (lengthOf(pieces) > KEPT_TEXT * 4) break
  }
  return { status: answer.statusCode!, text: keptText(pieces) }
}
