/** Reads published status lists by an implementation that is not ours. */
import { Bitstring } from '@digitalbazaar/bitstring'

/** `u` and base64url, as `encodedList` has it. */
export async function statusBits(encodedList: string): Promise<Bitstring> {
  if (encodedList[0] !== 'u') throw new Error(`not base64url: ${encodedList.slice(0, 5)}`)
  return new Bitstring({ buffer: await Bitstring.decodeBits({ encoded: encodedList.slice(1) }) })
}
