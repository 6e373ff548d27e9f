/** Files that come with the program, read from their packages on disk. Node only; Workers take the same names from the asset binding. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { MiddlewareHandler } from 'hono'
import { root } from '../../db/root.ts'
import type { Assets } from './context.ts'

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
/**
 * A font of rare characters (CJK extensions B to F) is in no package: the first of these files that is there is used, if any.
 * `apt-get install -y fonts-hanazono` brings the second.
 */
const RARE_FONTS = ['templates/fonts/rare.ttf', '/usr/share/fonts/truetype/hanazono/HanaMinB.ttf']
const TYPES: Record<string, string> = {
  css: 'text/css; charset=UTF-8',
  js: 'text/javascript; charset=UTF-8',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
}

export const nodeAssets: Assets = async (name) => new Uint8Array(await readFile(fileOf(name)))

function fileOf(name: string): string {
  return (name === 'rare.ttf' && rareFont()) || join(root, FONTS[name] ?? name)
}

export function rareFont(): string | undefined {
  return RARE_FONTS.map((file) => resolve(root, file)).find(existsSync)
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
