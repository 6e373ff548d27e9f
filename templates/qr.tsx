/** A QR code as a picture: black on white in every theme, with its quiet zone. */

export interface Qr {
  modules: number
  /** dark runs: column, row, length */
  runs: [number, number, number][]
}

export function QrCode({ qr, size, label }: { qr: Qr; size: number; label: string }) {
  const width = qr.modules + 8
  return (
    <svg
      viewBox={`-4 -4 ${width} ${width}`}
      width={size}
      height={size}
      class="qr"
      role="img"
      aria-label={label}
      shape-rendering="crispEdges"
    >
      <rect x="-4" y="-4" width={width} height={width} fill="#fff" />
      <path fill="#000" d={qr.runs.map(([x, y, length]) => `M${x} ${y}h${length}v1h-${length}z`).join('')} />
    </svg>
  )
}
