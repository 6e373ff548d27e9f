/** Copies fonts and browser files from their packages into .assets, from where Workers serve them under the same addresses as Node. */
import { cpSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from '../db/root.ts'
import { cachingOf, FONTS, PUBLIC_FILES, rareFont } from './platform/node-assets.ts'

/** Cloudflare takes no larger file. */
const LARGEST_ASSET = 25 * 2 ** 20
const target = join(root, '.assets')
rmSync(target, { recursive: true, force: true })
for (const [name, file] of Object.entries(FONTS)) copy(file, `fonts/${name}`)
const rare = rareFont()
if (rare && statSync(rare).size <= LARGEST_ASSET) cpSync(rare, join(target, 'fonts/rare.ttf'))
for (const [folder, { directory, files }] of Object.entries(PUBLIC_FILES))
  for (const file of files ?? readdirSync(join(root, directory)))
    copy(`${directory}/${file}`, `assets/${folder}/${file}`)
writeFileSync(join(target, '_headers'), Object.keys(PUBLIC_FILES).map(headersOf).join(''))

/** In the language of Cloudflare's `_headers` file. */
function headersOf(folder: string): string {
  return `/assets/${folder}/*\n  Cache-Control: ${cachingOf(folder)}\n  X-Content-Type-Options: nosniff\n`
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(join(target, to)), { recursive: true })
  cpSync(join(root, from), join(target, to), { recursive: true })
}
