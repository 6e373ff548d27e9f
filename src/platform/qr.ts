/** Hides the QR code: the squares of an address, as few rectangles as possible. */

import { encode } from 'uqr'

/** Dark runs of the code as [column, row, length], and its width in modules without the quiet zone. */
interface QrRuns {
  modules: number
  runs: [column: number, row: number, length: number][]
}

/** Error correction M and always mask 3: every mask reads equally well, and looking for the best one costs ten times the rest. */
export function qrRuns(text: string): QrRuns {
  const { data, size } = encode(text, { ecc: 'M', maskPattern: 3, border: 0 })
  const runs: QrRuns['runs'] = []
  data.forEach((row, y) => {
    for (let x = 0; x < size; x++) {
      const start = x
      while (row[x]) x++
      if (x > start) runs.push([start, y, x - start])
    }
  })
  return { modules: size, runs }
}
