/** Hides where the certificate typefaces come from, and offers one record to print. */

import type { Typefaces } from '../../src/credentials/certificate-ink.ts'
import type { PrintedCertificate } from '../../src/credentials/certificate-pdf.ts'
import { parseTypeface } from '../../src/credentials/typeface.ts'
import { nodeAssets } from '../../src/platform/node-assets.ts'

export async function loadTypefaces(): Promise<Typefaces> {
  return { serif: parseTypeface(await nodeAssets('serif.ttf')), sans: parseTypeface(await nodeAssets('sans.ttf')) }
}

export function printed(changes: Partial<PrintedCertificate> = {}): PrintedCertificate {
  return {
    layout: 'skill-level-1',
    number: 'S000133010001263000007',
    title_zh: '职业技能等级证书',
    holder_name: '鐩恵契',
    sex_zh: '女',
    id_type_zh: '居民身份证',
    id_number_masked: '3301**********0028',
    occupation_name: '养老护理员',
    job_type: '--',
    level: 3,
    level_zh: '三级/高级工',
    theory: '87',
    practical: '83',
    issuer_name: '杭州市某某职业培训学校',
    issued_on: '2026-05-25',
    verify_url: 'https://huyu.example.cn/v/5r3Kx0pQ7mZt8YwLb2NfVA#c2lnbmVkLWRpZ2VzdC1vZi10aGUtY2VydGlmaWNhdGU',
    body_zh: null,
    demo: false,
    ...changes,
  }
}
