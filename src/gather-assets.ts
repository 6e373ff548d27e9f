/** Copies fonts and browser files from their packages into .assets, from where Workers serve them under the same addresses as Node. */
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from '../db/root.ts'
import { SHIPPED } from './platform/context.ts'
import { cachingOf, FONTS, nodeAssets, PUBLIC_FILES, rareFonts } from './platform/node-assets.ts'

const target = join(root, '.assets')
rmSync(target, { recursive: true, force: true })
for (const [name, file] of Object.entries(FONTS)) copy(file, `fonts/${name}`)
mkdirSync(join(target, 'fonts/rare'), { recursive: true })
for (const name of rareFonts()) writeFileSync(join(target, 'fonts', name), await nodeAssets(name))
writeFileSync(join(target, 'fonts', SHIPPED), await nodeAssets(SHIPPED))
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
