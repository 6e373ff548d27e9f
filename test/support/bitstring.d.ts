/** @digitalbazaar/bitstring comes without types; these are the calls that tests make. */
declare module '@digitalbazaar/bitstring' {
  export class Bitstring {
    constructor(options: { buffer: Uint8Array })
    static decodeBits(options: { encoded: string }): Promise<Uint8Array>
    readonly length: number
    get(index: number): boolean
  }
}
