/** Files that come with the program, read from their packages on disk. Node only; Workers take the same names from the asset binding. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MiddlewareHandler } from 'hono'
import { root } from '../../db/root.ts'
import type { Assets } from './context.ts'

/** Public folders by the first part of the address under /assets, and what may be served from them. */
export const PUBLIC_FOLDERS: Record<string, string> = {
  app: 'templates/public',
  'htmx.org': 'node_modules/htmx.org/dist',
  echarts: 'node_modules/echarts/dist',
  'swagger-ui': 'node_modules/swagger-ui-dist',
  'noto-sans-sc': 'node_modules/@fontsource-variable/noto-sans-sc',
}
/** Fonts for certificates: never served to browsers. */
export const FONTS: Record<string, string> = {
  'serif.ttf': 'node_modules/@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf',
  'sans.ttf': 'node_modules/@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf',
}
const TYPES: Record<string, string> = {
  css: 'text/css; charset=UTF-8',
  js: 'text/javascript; charset=UTF-8',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
  png: 'image/png',
}

export const nodeAssets: Assets = async (name) => new Uint8Array(await readFile(join(root, FONTS[name] ?? name)))

/** Serves `/assets/<folder>/<file>`; folder names may carry a version (`htmx.org-4.0.1`), which makes them cacheable for ever. */
export function serveAssets(): MiddlewareHandler {
  return async (c) => {
    const [folder = '', ...rest] = c.req.path.replace(/^\/assets\//, '').split('/')
    const directory = PUBLIC_FOLDERS[folder.replace(/-\d+\.\d+\.\d+$/, '')]
    const type = TYPES[rest.at(-1)?.split('.').at(-1) ?? '']
    if (!directory || !type || rest.some((part) => part.startsWith('.'))) return c.notFound()
    const bytes = await readFile(join(root, directory, ...rest)).catch(() => null)
    if (!bytes) return c.notFound()
    const versioned = /-\d+\.\d+\.\d+$/.test(folder)
    return c.body(bytes, 200, { 'Content-Type': type, 'Cache-Control': versioned ? 'public, max-age=31536000, immutable' : 'public, max-age=300' })
  }
}
