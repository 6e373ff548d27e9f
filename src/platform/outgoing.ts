/** Calls to addresses outside that users have named: one POST, no redirect followed, ten seconds at most; on Workers by fetch. */

/** What was answered, its text no longer than {@link KEPT_TEXT}; or why nothing was. */
export type Answered =
  | { status: number; text: string; fault?: undefined }
  | { fault: 'timeout' | 'private_address' | 'unreachable'; status?: undefined; text?: undefined }

export interface Outgoing {
  /** addresses of one's own network may be called, this machine also without TLS */
  readonly to_private: boolean
  post(url: string, headers: Record<string, string>, body: string): Promise<Answered>
}

export const TIME_LIMIT_MS = 10_000
export const KEPT_TEXT = 200

/** The runtime keeps Workers out of private networks. */
export const fetchOutgoing: Outgoing = {
  to_private: false,
  async post(url, headers, body) {
    try {
      const signal = AbortSignal.timeout(TIME_LIMIT_MS)
      const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal })
      const pieces: Uint8Array[] = []
      // leaving the loop cancels the rest
      for await (const piece of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
        pieces.push(piece)
        if (lengthOf(pieces) > KEPT_TEXT * 4) break
      }
      return { status: answer.status, text: keptText(pieces) }
    } catch (error) {
      return { fault: (error as Error).name === 'TimeoutError' ? 'timeout' : 'unreachable' }
    }
  },
}

export function lengthOf(pieces: Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0)
}

/** The first characters; without those that no column takes or no page shows. */
export function keptText(pieces: Uint8Array[]): string {
  const bytes = new Uint8Array(lengthOf(pieces))
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  const text = new TextDecoder().decode(bytes).replaceAll(/\p{Cc}+/gu, ' ')
  return [...text].slice(0, KEPT_TEXT).join('')
}
