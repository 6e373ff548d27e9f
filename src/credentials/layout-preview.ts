/** A certificate of nobody, drawn by the engine that draws the real ones, to see what a layout looks like. */
import type { Context } from '../platform/context.ts'
import type { Layout } from './certificate-layout.ts'
import { layoutPdf, type PrintedCertificate } from './certificate-pdf.ts'
import type { Sample } from './layout-words.ts'
import { typefaces } from './print.ts'
import { type CertificateKind, KINDS } from './rules.ts'

const NAMES: Record<Sample, string> = {
  usual: '王晓芳',
  long: '阿卜杜热西提·买买提吐尔逊·阿卜杜拉',
  rare: '龘䶮𠀋',
}
const BODY: Record<CertificateKind, (name: string) => string | null> = {
  skill_level: () => null,
  completion: (name) =>
    `学员“${name}”参加“养老护理员（五级）岗前培训”培训（2026-09-01 开班，共 120 学时），完成规定学时，准予结业。`,
  award: () => '在2026年示例市养老护理员职业技能竞赛中荣获一等奖，特发此证，以资鼓励。',
}

/** Refuses `certificate.text_too_long`, `certificate.glyph_missing`. */
export async function drawSample(
  context: Pick<Context, 'assets' | 'public_url'>,
  layout: Layout,
  kind: CertificateKind,
  sample: Sample,
): Promise<Uint8Array<ArrayBuffer>> {
  const printed = sampleOf(context, kind, sample)
  return (await layoutPdf(layout, printed, await typefaces(context.assets))) as Uint8Array<ArrayBuffer>
}

function sampleOf(
  { public_url }: Pick<Context, 'public_url'>,
  kind: CertificateKind,
  sample: Sample,
): PrintedCertificate {
  const [name, long] = [NAMES[sample], sample === 'long']
  const leveled = kind === 'skill_level'
  return {
    layout: 'preview',
    number: 'S000033010001263000000',
    title_zh: KINDS[kind].zh,
    holder_name: name,
    sex_zh: '女',
    id_type_zh: long ? '港澳居民来往内地通行证' : '居民身份证',
    id_number_masked: '3301**********0000',
    occupation_name: long ? '婴幼儿发展引导员（育婴员）' : '养老护理员',
    job_type: long ? '医疗机构与居家失能失智老年人照护方向' : '--',
    level: leveled ? 3 : null,
    level_zh: leveled ? '三级/高级工' : null,
    theory: leveled ? '87.5' : null,
    practical: leveled ? '83' : null,
    issuer_name: long ? '示例市养老服务与职业技能等级评价指导中心有限公司' : '示例市职业技能评价中心',
    issued_on: '2026-05-25',
    verify_url: `${public_url}/v/preview`,
    body_zh: BODY[kind](name),
    demo: true,
  }
}
