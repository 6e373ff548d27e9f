/** Files that come with the program, read from their packages on disk. Node only; Workers take the same names from the asset binding. */
import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MiddlewareHandler } from 'hono'
import { root } from '../../db/root.ts'
import { type Assets, SHIPPED, type Shipped } from './context.ts'

/** What browsers may load under `/assets/<folder>/…`, and from which package; a version in the name makes it cacheable for ever. */
export const PUBLIC_FILES: Record<string, { directory: string; files?: string[] }> = {
  app: { directory: 'templates/public' },
  'htmx.org-4.0.1': { directory: 'node_modules/htmx.org/dist', files: ['htmx.min.js'] },
  'echarts-6.1.0': { directory: 'node_modules/echarts/dist', files: ['echarts.common.min.js'] },
  'swagger-ui': { directory: 'node_modules/swagger-ui-dist', files: ['swagger-ui.css', 'swagger-ui-bundle.js'] },
  'noto-sans-sc-5.3.1': { directory: 'node_modules/@fontsource-variable/noto-sans-sc', files: ['index.css', 'files'] },
}
/** Fonts for certificates. */
export const FONTS: Record<string, string> = {
  'serif.ttf': 'node_modules/@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf',
  'sans.ttf': 'node_modules/@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf',
}
/** Hanazono Mincho, cut into slices of about a thousand rare characters and packed as WOFF2; served unpacked as `rare/<slice>.ttf`. */
const RARE_FONTS = 'node_modules/hanamin'
const RARE_FILE = /^HanaMinB\.CJK-Unified-Ideographs-(Extension-.+)\.woff2$/
const TYPES: Record<string, string> = {
  css: 'text/css; charset=UTF-8',
  js: 'text/javascript; charset=UTF-8',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
}

export const nodeAssets: Assets = async (name) => {
  const slice = /^rare\/(.+)\.ttf$/.exec(name)?.[1]
  if (slice) return rareFont(slice)
  if (name === SHIPPED) return new TextEncoder().encode(JSON.stringify(readShipped()))
  return new Uint8Array(await readFile(join(root, FONTS[name] ?? name)))
}

/** Of the lock: the program's own version, and the packages that are no tools of its makers, with what each says of its licence. */
function readShipped(): Shipped {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const { '': own, ...packages } = lock.packages as Record<string, { version: string; license?: string; dev?: boolean }>
  return {
    version: own!.version,
    packages: Object.entries(packages)
      .filter(([, { dev }]) => !dev)
      .map(([path, { version, license }]) => ({
        name: path.replace(/^.*node_modules\//, ''),
        version,
        licence: license ?? null,
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  }
}

async function rareFont(slice: string): Promise<Uint8Array> {
  // brought in when needed: a WebAssembly that few names ask for
  const { default: unpack } = await import('woff2-encoder/decompress')
  return unpack(await readFile(join(root, RARE_FONTS, `HanaMinB.CJK-Unified-Ideographs-${slice}.woff2`)))
}

/** The names of the fonts of rare characters. */
export function rareFonts(): string[] {
  const slices = readdirSync(join(root, RARE_FONTS)).flatMap((file) => RARE_FILE.exec(file)?.[1] ?? [])
  return slices.map((slice) => `rare/${slice}.ttf`)
}

/** Serves `/assets/<folder>/<file>`, and nothing that is not listed. */
export function serveAssets(): MiddlewareHandler {
  return async (c) => {
    const [folder = '', ...rest] = c.req.path.replace(/^\/assets\//, '').split('/')
    const known = PUBLIC_FILES[folder]
    const type = TYPES[rest.at(-1)?.split('.').at(-1) ?? '']
    if (
      !known ||
      !type ||
      (known.files && !known.files.includes(rest[0] ?? '')) ||
      rest.some((part) => part.startsWith('.'))
    )
      return c.notFound()
    const bytes = await readFile(join(root, known.directory, ...rest)).catch(() => null)
    if (!bytes) return c.notFound()
    return c.body(bytes, 200, { 'Content-Type': type, 'Cache-Control': cachingOf(folder) })
  }
}

export function cachingOf(folder: string): string {
  return /-\d+\.\d+\.\d+$/.test(folder) ? 'public, max-age=31536000, immutable' : 'public, max-age=300'
}
