/** Sheets of certificates that other bodies issued to people on the roster. */
import occupations from '../../../db/reference/occupations.json' with { type: 'json' }
import { recordExternalCertificates } from '../../credentials/external.ts'
import {
  cleanNumber,
  EXTERNAL_KINDS,
  type ExternalKind,
  statedFaults,
  statedWarnings,
} from '../../credentials/external-rules.ts'
import {
  checkExternalCertificates,
  type ExternalCheck,
  type NewExternalCertificate,
} from '../../credentials/external-verdicts.ts'
import { LEVELS } from '../../people/rules.ts'
import { localDate } from '../../platform/calendar.ts'
import { PERSON_ID } from '../masked.ts'
import type { ImportKind, Values } from '../rules.ts'
import { checkNamed, ID_NUMBER, ID_TYPE, NAME, NOT_ON_ROSTER, REMARK } from './named-people.ts'

const OCCUPATIONS = Object.fromEntries(occupations.map(({ code, name, name_en }) => [code, { zh: name, en: name_en }]))

export const certificates: ImportKind<NewExternalCertificate> = {
  kind: 'certificates',
  title: { zh: '外部证书', en: 'Certificates issued elsewhere' },
  sheet: '外部证书',
  permission: 'external_certificate.write',
  subject: null,
  columns: [
    NAME,
    ID_TYPE,
    ID_NUMBER,
    {
      key: 'number',
      header: '证书编号',
      required: true,
      type: 'digits',
      note: '与证书一致；单元格须为文本格式，否则末几位会丢失',
      sample: 'S000033999812254000017',
    },
    {
      key: 'kind',
      header: '证书类型',
      type: 'choice',
      choices: EXTERNAL_KINDS,
      note: '不填即为职业技能等级证书',
      sample: '职业技能等级证书',
    },
    {
      key: 'occupation_code',
      header: '职业',
      required: true,
      type: 'choice',
      choices: OCCUPATIONS,
      note: '从下拉列表中选择',
      sample: '养老护理员',
    },
    {
      key: 'level',
      header: '等级',
      required: true,
      type: 'choice',
      choices: LEVELS,
      note: '从下拉列表中选择',
      sample: '四级/中级工',
    },
    {
      key: 'issuer_name',
      header: '发证机构',
      required: true,
      type: 'text',
      range: [2, 120],
      note: '证书上的评价机构全称',
      sample: '示例省外评价中心',
    },
    { key: 'issued_on', header: '发证日期', required: true, type: 'date', note: '与证书一致', sample: '2025-06-10' },
    { key: 'valid_until', header: '有效期至', type: 'date', note: '不再有效的第一天；长期有效的不填', sample: '' },
    PERSON_ID,
    REMARK,
  ],
  key: ({ kind, number }) => (number ? `${kind ?? 'skill_level'} ${cleanNumber(String(number))}` : null),
  twice: { code: 'external_certificate.twice', column: 'number', what: { zh: '证书编号', en: 'certificate number' } },
  async check(tx, context, _, rows) {
    const today = localDate(context.now)
    const verdicts = await checkNamed(tx, context, rows, {
      known: ({ on_roster }) => on_roster,
      unknown: NOT_ON_ROSTER,
      faultsOf: (values) => (isWhole(values) ? statedFaults(toCertificate(values, ''), today) : []),
      factOf: toCertificate,
      check: (facts) => checkExternalCertificates(tx, context, facts),
      before: wordsBefore,
    })
    return verdicts.map((verdict, index) => {
      const { values } = rows[index]!
      return isWhole(values) ? { ...verdict, warnings: statedWarnings(toCertificate(values, '')) } : verdict
    })
  },
  commit: (tx, context, _, facts) => recordExternalCertificates(tx, context, facts),
}

/** What is judged of a certificate was all understood. */
function isWhole({ number, level, issued_on }: Values): boolean {
  return Boolean(number && level && issued_on)
}

function toCertificate(values: Values, person_id: string): NewExternalCertificate {
  const { number, occupation_code, issuer_name, issued_on, valid_until } = values as unknown as NewExternalCertificate
  return {
    person_id,
    number: cleanNumber(String(number)),
    kind: (values.kind ?? 'skill_level') as ExternalKind,
    ...{ occupation_code, level: Number(values.level), issuer_name, issued_on, valid_until: valid_until ?? null },
  }
}

function wordsBefore({ change, known }: ExternalCheck): Record<string, string> {
  if (change !== 'changed' || !known) return {}
  return {
    occupation_code: known.occupation_name,
    level: LEVELS[known.level]!.zh,
    issuer_name: known.issuer_name,
    issued_on: known.issued_on,
    valid_until: known.valid_until ?? '长期',
  }
}
