/** Text as bytes in the encodings that banks read: GBK and GB 18030 from the runtime's own decoder, turned round. */

/** `gbk` has two bytes a character at most; `gb18030` has every character there is. */
export type Encoding = 'utf-8' | 'gbk' | 'gb18030'

/** The bytes, or null where the encoding has no character for the text. UTF-8 is written without a byte order mark. */
export function encodeText(text: string, encoding: Encoding): Uint8Array<ArrayBuffer> | null {
  if (encoding === 'utf-8') return new TextEncoder().encode(text)
  const bytes: number[] = []
  for (const character of text) {
    const found = bytesOf(character)
    if (!found || (encoding === 'gbk' && found.length === 4)) return null
    bytes.push(...found)
  }
  return new Uint8Array(bytes)
}

function bytesOf(character: string): readonly number[] | undefined {
  const code = character.codePointAt(0)!
  if (code < 0x80) return [code]
  if (code >= 0x10000) return fourBytes(code - 0x10000, 0x90)
  characters ??= table()
  return characters.get(character)
}

let characters: Map<string, readonly number[]> | undefined

/** Every character of the first plane beyond ASCII with its bytes: those of two bytes, then those of four. */
function table(): Map<string, readonly number[]> {
  const decoder = new TextDecoder('gb18030')
  const found = new Map<string, readonly number[]>()
  const add = (bytes: readonly number[]) => {
    const character = decoder.decode(new Uint8Array(bytes))
    if (character.length === 1 && character !== '\ufffd' && !found.has(character)) found.set(character, bytes)
  }
  for (let lead = 0x81; lead < 0xff; lead++)
    for (let trail = 0x40; trail < 0xff; trail++) if (trail !== 0x7f) add([lead, trail])
  // up to 84 31 A4 39, behind which the first plane ends
  for (let at = 0; at < 39_420; at++) add(fourBytes(at, 0x81))
  return found
}

/** The four bytes that stand `at` places behind `lead` 30 81 30. */
function fourBytes(at: number, lead: number): readonly number[] {
  return [
    lead + Math.floor(at / 12_600),
    0x30 + (Math.floor(at / 1260) % 10),
    0x81 + (Math.floor(at / 10) % 126),
    0x30 + (at % 10),
  ]
}
