/** The block of a record that lists certificates issued elsewhere, with what official registers said of them. */
import { EXTERNAL_KINDS, EXTERNAL_STATES } from '../../src/credentials/external-rules.ts'
import { REGISTRIES } from '../../src/credentials/rules.ts'
import { inLanguage, type Lang } from '../../src/platform/errors.ts'
import { Tag, type Tone } from '../parts.tsx'
import { words } from '../words.ts'
import { levelName, nameOf } from './parts.tsx'

export interface ExternalItem {
  id: string
  number: string
  kind: string
  occupation_name: string
  level: number
  issuer_name: string
  issued_on: string
  valid_until: string | null
  state: keyof typeof EXTERNAL_STATES
  registry: string | null
  checked_on: string | null
}

const TONES: Record<ExternalItem['state'], Tone> = {
  unchecked: 'warn',
  found: 'good',
  not_found: 'bad',
  mismatch: 'bad',
  recheck: 'warn',
}

/** `path` is the person's page; `certify`: the reader may record, correct and withdraw. */
export function externalBlock(lang: Lang, path: string, items: ExternalItem[], certify: boolean) {
  const w = words(lang)
  return {
    title: w('外部证书', 'Certificates issued elsewhere'),
    action: certify && { href: `${path}/external-certificates/new`, label: w('登记外部证书', 'Record a certificate') },
    columns: [
      w('证书编号', 'Number'),
      w('职业与等级', 'Occupation and level'),
      w('发证机构', 'Issuer'),
      w('发证日期', 'Issued'),
      w('有效期至', 'Valid until'),
      w('核验', 'Looked up'),
      w('办理', 'Action'),
    ],
    rows: items.map((item) => [
      <>
        {item.number}
        <br />
        <small>{nameOf(EXTERNAL_KINDS, item.kind, lang)}</small>
      </>,
      `${item.occupation_name} ${levelName(item.level, lang)}`,
      item.issuer_name,
      item.issued_on,
      item.valid_until ?? w('长期', 'No end'),
      <>
        <Tag tone={TONES[item.state]}>{inLanguage(lang, EXTERNAL_STATES[item.state])}</Tag>
        {item.checked_on && <small>{` ${nameOf(REGISTRIES, item.registry, lang)} ${item.checked_on}`}</small>}
      </>,
      certify ? (
        <>
          <a href={`/console/external-certificates/${item.id}/correction`}>{w('更正', 'Correct')}</a>{' '}
          <a href={`/console/external-certificates/${item.id}/withdrawal`}>{w('撤回', 'Withdraw')}</a>
        </>
      ) : (
        '—'
      ),
    ]),
    empty: w('没有登记其他机构签发的证书。', 'No certificate of another body is on record.'),
  }
}
