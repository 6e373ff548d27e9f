/** Hides where the certificate typefaces and the layouts that come with the program are, and offers one record to print. */

import type { Typefaces } from '../../src/credentials/certificate-ink.ts'
import { parseLayout } from '../../src/credentials/certificate-layout.ts'
import { type Extras, layoutPdf, type PrintedCertificate } from '../../src/credentials/certificate-pdf.ts'
import { parseRare } from '../../src/credentials/rare-slices.ts'
import { parseTypeface } from '../../src/credentials/typeface.ts'
import { nodeAssets } from '../../src/platform/node-assets.ts'
import award1 from '../../templates/certificates/award-1.json' with { type: 'json' }
import award2 from '../../templates/certificates/award-2.json' with { type: 'json' }
import completion1 from '../../templates/certificates/completion-1.json' with { type: 'json' }
import completion2 from '../../templates/certificates/completion-2.json' with { type: 'json' }
import skillLevel1 from '../../templates/certificates/skill-level-1.json' with { type: 'json' }
import skillLevel2 from '../../templates/certificates/skill-level-2.json' with { type: 'json' }

export async function loadTypefaces(): Promise<Typefaces> {
  const [serif, sans] = await Promise.all(['serif.ttf', 'sans.ttf'].map(nodeAssets))
  return {
    serif: parseTypeface(serif!),
    sans: parseTypeface(sans!),
    rare: new Map(),
    loadRare: async (slice) => parseRare(slice, await nodeAssets(`rare/${slice}.ttf`)),
  }
}

export const LAYOUTS = {
  'skill-level-1': parseLayout(skillLevel1),
  'completion-1': parseLayout(completion1),
  'award-1': parseLayout(award1),
  'skill-level-2': parseLayout(skillLevel2),
  'completion-2': parseLayout(completion2),
  'award-2': parseLayout(award2),
}

/** In the layout of that name that comes with the program. */
export function certificatePdf(record: PrintedCertificate, faces: Typefaces, extras: Extras = {}): Promise<Uint8Array> {
  return layoutPdf(LAYOUTS[record.layout as keyof typeof LAYOUTS], record, faces, extras)
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
