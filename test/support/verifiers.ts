/** Hides the programs of others that judge our files: qpdf and zbar, both as WebAssembly. */

import createQpdf from '@neslinesli93/qpdf-wasm'
import { scanRGBABuffer } from '@undecaf/zbar-wasm'
import type { Raster } from './pdf.ts'

/** The part of it that the types of its package leave out. */
type StartQpdf = (options: { noInitialRun: boolean }) => Promise<{
  FS: { writeFile(path: string, data: Uint8Array): void }
  callMain(parameters: string[]): number
}>

/** What `qpdf --check` answers: its exit code (0 without fault, 2 errors, 3 warnings) and its lines. */
export async function qpdfCheck(pdf: Uint8Array): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = []
  // this build says what it finds on the console that was there when it was made, and nowhere else
  const { log, error } = console
  console.log = console.error = (line: string) => lines.push(line)
  try {
    const qpdf = await (createQpdf as unknown as StartQpdf)({ noInitialRun: true })
    qpdf.FS.writeFile('/certificate.pdf', pdf)
    return { code: qpdf.callMain(['--check', '/certificate.pdf']), lines }
  } finally {
    Object.assign(console, { log, error })
  }
}

/** What zbar reads in the QR codes of a picture. */
export async function zbarTexts({ data, width, height }: Raster): Promise<string[]> {
  const symbols = await scanRGBABuffer(new Uint8ClampedArray(data).buffer, width, height)
  return symbols.map((symbol) => symbol.decode())
}
