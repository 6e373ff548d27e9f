/** Who else than an allowance relied on a certificate. */
import { inLanguage, type Lang } from '../../src/platform/errors.ts'
import { Card, Empty } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'
import { levelName } from './words.ts'

const RESTING = {
  promotion: { zh: '以它为起点的竞赛晋升', en: 'Promotion that started from it', page: '/console/promotions/' },
  promoted: { zh: '它所依据的竞赛晋升', en: 'Promotion that led to it', page: '/console/promotions/' },
  enrolment: { zh: '凭它报名的培训班', en: 'Class entered with it', page: '/console/classes/' },
  entry: { zh: '凭它参加的竞赛', en: 'Competition entered with it', page: '/console/events/' },
  check: { zh: '名册核验答复“有效”', en: 'Roster check answered “valid”', page: '' },
}

export interface Resting {
  kind: keyof typeof RESTING
  id: string
  name: string
  level: number | null
  on: string
  /** the reader may open it */
  within: boolean
}

/** Promotions, classes, competitions and roster checks that named the certificate. */
export function Others({
  resting,
  may_open,
  lang,
}: {
  resting: Resting[]
  may_open: Partial<Record<string, boolean>>
  lang: Lang
}) {
  const w = words(lang)
  return (
    <Card title={w('还有谁依据它', 'Who else relied on it')}>
      <Table
        caption={w('晋升、报名、竞赛与核验', 'Promotions, classes, competitions and checks')}
        empty={<Empty title={w('没有晋升、报名、竞赛或核验依据它。', 'No promotion, class, competition or check.')} />}
        columns={[
          { key: 'what', label: w('事项', 'What') },
          { key: 'name', label: w('名称', 'Name') },
          { key: 'level', label: w('等级', 'Level') },
          { key: 'on', label: w('日期', 'Day') },
        ]}
        rows={resting.map(({ kind, id, name, level, on, within }) => {
          const opens = within && may_open[kind === 'promoted' ? 'promotion' : kind]
          return {
            cells: {
              what: inLanguage(lang, RESTING[kind]),
              name: opens ? <a href={RESTING[kind].page + id}>{name}</a> : name,
              level: level === null ? '—' : levelName(level, lang),
              on,
            },
          }
        })}
      />
    </Card>
  )
}
