/** Poppler's verdicts on our signatures and what zbar reads of its pictures; run by .ci/run, because poppler is in no package of npm. */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LAYOUTS, loadTypefaces } from './certificates.ts'
import { newKeys, signedPdf, signerOf, VERIFY_URL } from './signed.ts'
import { zbarTexts } from './verifiers.ts'

const folder = mkdtempSync(join(tmpdir(), 'huyu-poppler-'))
const file = join(folder, 'certificate.pdf')
const tally = { passed: 0, failed: 0 }

if (spawnSync('pdfsig', ['-v']).error)
  console.log('pdfsig 没有安装，跳过对签名的外部核验。 / pdfsig is not here: apt-get install -y poppler-utils')
else await checkAll()
rmSync(folder, { recursive: true })
console.log(`${tally.passed} passed, ${tally.failed} failed`)
process.exitCode = tally.failed > 0 ? 1 : 0

async function checkAll(): Promise<void> {
  const [faces, signer] = [await loadTypefaces(), await signerOf(await newKeys())]
  for (const layout of Object.keys(LAYOUTS).filter((name) => name.endsWith('-2'))) {
    const signed = Buffer.from(await signedPdf({ layout, body_zh: '准予结业。' }, faces, signer))
    judge(`${layout}: a signed certificate`, signed, ['Signature is Valid', 'Total document signed'])
    const changed = Buffer.from(signed)
    changed[signed.indexOf('/Lang (zh-CN)') + 7]! ^= 1
    judge(`${layout}: one byte changed`, changed, ['Digest Mismatch'])
    judge(`${layout}: an update appended`, updated(signed), ['Signature is Valid', 'Not total document signed'])
    for (const dpi of [72, 150]) {
      const read = await zbarTexts(pictureOf(signed, dpi))
      tell(`${layout}: zbar reads the code at ${dpi} dpi`, read[0] === VERIFY_URL, read.join())
    }
  }
}

function judge(what: string, pdf: Buffer, verdicts: string[]): void {
  writeFileSync(file, pdf)
  const { stdout } = spawnSync('pdfsig', ['-nocert', file], { encoding: 'utf8' })
  tell(
    `${what}: ${verdicts.join(', ')}`,
    [...verdicts, 'ETSI.CAdES.detached'].every((words) => stdout.includes(words)),
    stdout,
  )
}

function tell(what: string, holds: boolean, found: string): void {
  tally[holds ? 'passed' : 'failed']++
  console.log(holds ? `✓ ${what}` : `✕ ${what}\n${found}`)
}

/** A new title, as any editor would append it: a table of its own that points at the one before. */
function updated(pdf: Buffer): Buffer {
  const text = pdf.toString('latin1')
  const [, before] = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(text)!
  const [, size] = /\/Size (\d+)/.exec(text)!
  const [, root] = /\/Root (\d+ \d+ R)/.exec(text)!
  const object = `${size} 0 obj\n<< /Title (changed) >>\nendobj\n`
  const at = pdf.length + 1
  const entry = `${String(at).padStart(10, '0')} 00000 n \n`
  const trailer = `<< /Size ${Number(size) + 1} /Root ${root} /Info ${size} 0 R /Prev ${before} >>`
  const table = `xref\n${size} 1\n${entry}trailer\n${trailer}\nstartxref\n${at + object.length}\n%%EOF\n`
  return Buffer.concat([pdf, Buffer.from(`\n${object}${table}`)])
}

function pictureOf(pdf: Buffer, dpi: number) {
  writeFileSync(file, pdf)
  spawnSync('pdftoppm', ['-gray', '-singlefile', '-r', String(dpi), file, join(folder, 'page')])
  const page = readFileSync(join(folder, 'page.pgm'))
  const [head, width, height] = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(page.toString('latin1'))!
  const grey = page.subarray(head.length)
  const data = Uint8Array.from({ length: 4 * grey.length }, (_, at) => (at % 4 === 3 ? 255 : grey[at >> 2]!))
  return { width: Number(width), height: Number(height), data }
}
