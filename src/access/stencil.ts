/** A page drawn once for each look, with blanks that are filled in for each call: escaping a few values costs a tenth of drawing. */
import { escapeToBuffer } from 'hono/utils/html'
import type { Html } from './pages.ts'

/** Draws with a blank of eight characters for each value that differs from call to call; what depends on a value being there is another look. */
export async function stencil<K extends string>(
  names: readonly K[],
  draw: (blanks: Record<K, string>) => Html,
): Promise<(values: Record<K, string>) => string> {
  const blanks = new Map(
    names.map((name, at) => [`Zq${crypto.randomUUID().slice(0, 4)}${String(at).padStart(2, '0')}`, name]),
  )
  const page = String(
    await draw(Object.fromEntries([...blanks].map(([blank, name]) => [name, blank])) as Record<K, string>),
  )
  const parts = page.split(new RegExp(`(${[...blanks.keys()].join('|')})`))
  const filled = parts.filter((_, at) => at % 2 === 1).map((blank) => blanks.get(blank)!)
  const fixed = parts.filter((_, at) => at % 2 === 0)
  return (values) => {
    let text = fixed[0]!
    for (const [at, name] of filled.entries()) text += escaped(values[name]) + fixed[at + 1]!
    return text
  }
}

function escaped(text: string): string {
  if (!/["&'<>]/.test(text)) return text
  const buffer: [string] = ['']
  escapeToBuffer(text, buffer)
  return buffer[0]
}
