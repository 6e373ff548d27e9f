/** fontkit comes without types; these are the few calls that tests and benchmarks make. */
declare module 'fontkit' {
  export interface FontkitFont {
    glyphForCodePoint(codePoint: number): { id: number; advanceWidth: number; path: { toSVG(): string } }
    getGlyph(id: number): { id: number; advanceWidth: number; path: { toSVG(): string } }
    characterSet: number[]
    createSubset(): { encode(): Uint8Array; encodeStream?: unknown }
  }
  export function create(bytes: Uint8Array): FontkitFont
}
