/** A headless browser for the tests: the one at CHROME_PATH, else the Chromium that npm brought, else an installed Chrome. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium, type LaunchOptions } from 'playwright-core'
import { root } from '../../db/root.ts'

/** Starts it, perhaps in another environment; who opened it closes it. Fails with one sentence where there is no browser. */
export async function openBrowser(env: Record<string, string> = {}): Promise<Browser> {
  try {
    // the tests open only pages of ours, and as root there is no sandbox
    const options = await whichBrowser()
    return await chromium.launch({
      chromiumSandbox: false,
      ...options,
      env: { ...process.env, ...options.env, ...env },
    })
  } catch (error) {
    throw new Error(
      'no browser for the tests: set CHROME_PATH to a Chrome or Chromium, or run on 64-bit Linux where npm brings one',
      { cause: error },
    )
  }
}

async function whichBrowser(): Promise<LaunchOptions> {
  const { CHROME_PATH } = process.env
  if (CHROME_PATH) return { executablePath: CHROME_PATH }
  if (process.platform === 'linux' && process.arch === 'x64') return shippedChromium()
  return { channel: 'chrome' }
}

/** Unpacked once into a folder named by its version, because the package itself would take whatever lies in the temporary folder. */
async function shippedChromium(): Promise<LaunchOptions> {
  const home = join(dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))), '..')
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
  const folder = join(root, '.cache', `chromium-${version}`)
  if (!existsSync(folder)) await unpack(join(home, 'bin'), folder)
  return { executablePath: join(folder, 'chromium'), env: { ...process.env, ...replacements(folder) } }
}

async function unpack(packed: string, folder: string): Promise<void> {
  const { inflate } = await import('@sparticuz/chromium')
  const scratch = `${folder}.${process.pid}`
  const { TMPDIR } = process.env
  mkdirSync(scratch, { recursive: true })
  process.env.TMPDIR = scratch
  try {
    for (const part of ['chromium.br', 'al2023.tar.br', 'fonts.tar.br']) await inflate(join(packed, part))
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = TMPDIR
  }
  // the one in the package names folders of its own makers
  writeFileSync(
    join(scratch, 'fonts/fonts.conf'),
    `<fontconfig><dir>${folder}/fonts</dir><cachedir>${folder}/fonts-cache</cachedir></fontconfig>`,
  )
  try {
    renameSync(scratch, folder)
  } catch {
    // another worker was faster
    rmSync(scratch, { recursive: true })
  }
}

/** Libraries and fonts that come with the package, where the machine has none. */
function replacements(folder: string): Record<string, string> {
  const libraries = spawnSync('ldd', [join(folder, 'chromium')], { encoding: 'utf8' })
  return {
    ...((libraries.status !== 0 || libraries.stdout.includes('not found')) && {
      LD_LIBRARY_PATH: join(folder, 'al2023/lib'),
    }),
    ...(!existsSync('/etc/fonts/fonts.conf') && { FONTCONFIG_PATH: join(folder, 'fonts') }),
  }
}
