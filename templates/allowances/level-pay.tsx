/** Pay linked to level as officers see it: districts, facilities, and of each what its levels are recommended, promised and paid. */
import { PROMISES } from '../../src/allowances/level-pay-rules.ts'
import type { DistrictPay, FacilityPay, LevelPayFilter, LevelView } from '../../src/allowances/level-pay-shapes.ts'
import type { Lang } from '../../src/platform/errors.ts'
import { Field } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Tag, type Tone } from '../parts.tsx'
import { Filters, Pager, Results, Table } from '../table.tsx'
import { useWords, words } from '../words.ts'
import { levelName, yuan } from './words.ts'

export const HERE = '/console/level-pay'
const TONES: Record<keyof typeof PROMISES, Tone> = {
  kept: 'good',
  partly: 'warn',
  broken: 'bad',
  unreported: 'plain',
  none: 'plain',
}

export interface Named {
  code: string
  name: string
}

function PromiseTag({ promise }: { promise: keyof typeof PROMISES }) {
  const w = useWords()
  return <Tag tone={TONES[promise]}>{w(PROMISES[promise].zh, PROMISES[promise].en)}</Tag>
}

/** `5,000–6,000` */
export function span(low_fen: number | null, high_fen: number | null): string {
  return low_fen === null || high_fen === null ? '—' : `${yuan(low_fen)}–${yuan(high_fen)}`
}

export function Levels({ levels, lang }: { levels: LevelView[]; lang: Lang }) {
  const w = useWords()
  return (
    <Table
      caption={w('各等级', 'By level')}
      empty=""
      columns={[
        { key: 'level', label: w('等级', 'Level') },
        { key: 'guidance', label: w('指导（元/月）', 'Guidance, yuan a month'), numeric: true },
        { key: 'promised', label: w('承诺', 'Promised'), numeric: true },
        { key: 'gap', label: w('低于指导', 'Below guidance'), numeric: true },
        { key: 'paid', label: w('实发区间', 'Paid'), numeric: true },
        { key: 'people', label: w('人数', 'People'), numeric: true },
        { key: 'promise', label: w('兑现', 'Promise') },
      ]}
      rows={levels.map((row) => ({
        cells: {
          level: levelName(row.level, lang),
          guidance: span(row.guidance_low_fen, row.guidance_high_fen),
          promised: row.promised_fen === null ? '—' : yuan(row.promised_fen),
          gap: row.gap_fen ? yuan(row.gap_fen) : '—',
          paid: span(row.low_fen, row.high_fen),
          people: row.people ?? '—',
          promise: <PromiseTag promise={row.promise} />,
        },
      }))}
    />
  )
}

export interface LevelPayProps {
  frame: Frame
  filter: LevelPayFilter
  occupations: Named[]
  districts: Named[]
  sums: DistrictPay[]
  items: FacilityPay[]
  next: string | null
  first: string | null
  of_district: (district_code: string) => string
}

export function LevelPay(props: LevelPayProps) {
  const { frame, filter, occupations, districts, sums, items, next, first, of_district } = props
  const w = words(frame.lang)
  const shown: Record<LevelPayFilter['show'], string> = {
    all: w('全部', 'All'),
    linked: w('已挂钩', 'Linked'),
    unlinked: w('未挂钩', 'Not linked'),
    unreported: w('未填报实发', 'Nothing reported'),
    broken: w('承诺未兑现', 'Promise not kept'),
  }
  return (
    <Page
      {...frame}
      heading={w(`等级薪酬 · ${filter.month}`, `Pay by level · ${filter.month}`)}
      actions={
        <a class="button" href={`${HERE}/guidance`}>
          {w('薪酬指导', 'Guidance')}
        </a>
      }
    >
      <Filters action={HERE}>
        <Field label={w('月份', 'Month')} name="month" type="month" value={filter.month} />
        <Occupation occupations={occupations} value={filter.occupation_code} />
        <Field
          label={w('区县', 'District')}
          name="district_code"
          type="select"
          value={filter.district_code ?? ''}
          options={[
            { value: '', label: w('全部', 'All') },
            ...districts.map(({ code, name }) => ({ value: code, label: name })),
          ]}
        />
        <Field
          label={w('显示', 'Show')}
          name="show"
          type="select"
          value={filter.show}
          options={Object.entries(shown).map(([value, label]) => ({ value, label }))}
        />
      </Filters>
      <Results>
        <Card title={w('各区县', 'By district')}>
          <Table
            caption={w('各区县等级薪酬', 'Pay by level, by district')}
            empty={w('没有机构。', 'No facility.')}
            columns={[
              { key: 'district', label: w('区县', 'District') },
              { key: 'facilities', label: w('机构', 'Facilities'), numeric: true },
              { key: 'linked', label: w('已挂钩', 'Linked'), numeric: true },
              { key: 'reported', label: w('已填报实发', 'Reported'), numeric: true },
              { key: 'broken', label: w('承诺未兑现', 'Not kept'), numeric: true },
              { key: 'gap', label: w('承诺低于指导（平均）', 'Mean below guidance'), numeric: true },
            ]}
            rows={sums.map((row) => ({
              cells: {
                district: <a href={of_district(row.district_code)}>{row.district_name}</a>,
                facilities: row.facilities,
                linked: row.linked,
                reported: row.reported,
                broken: row.broken,
                gap: row.gap_fen === null ? '—' : yuan(row.gap_fen),
              },
            }))}
          />
        </Card>
        <Card title={w('各机构', 'By facility')}>
          <Table
            caption={w('各机构等级薪酬', 'Pay by level, by facility')}
            empty={w('没有符合条件的机构。', 'No facility matches.')}
            details={w('各等级', 'Levels')}
            columns={[
              { key: 'organisation', label: w('机构', 'Facility') },
              { key: 'district', label: w('区县', 'District') },
              { key: 'since', label: w('薪酬表生效', 'Ladder from') },
              { key: 'linked', label: w('挂钩', 'Linked') },
              { key: 'promise', label: w('兑现', 'Promise') },
            ]}
            rows={items.map((row) => ({
              label: row.organisation_name,
              cells: {
                organisation: <a href={`/console/organisations/${row.organisation_id}`}>{row.organisation_name}</a>,
                district: row.district_name,
                since: row.effective_from ?? '—',
                linked: row.linked ? (
                  <Tag tone="good">{w('已挂钩', 'Linked')}</Tag>
                ) : (
                  <Tag tone="plain">{w('未挂钩', 'Not linked')}</Tag>
                ),
                promise: <PromiseTag promise={row.promise} />,
              },
              detail: <Levels levels={row.levels} lang={frame.lang} />,
            }))}
          />
          <Pager next={next} first={first} />
        </Card>
      </Results>
    </Page>
  )
}

export function Occupation({ occupations, value }: { occupations: Named[]; value: string }) {
  const w = useWords()
  return (
    <Field
      label={w('职业', 'Occupation')}
      name="occupation_code"
      type="select"
      value={value}
      options={occupations.map(({ code, name }) => ({ value: code, label: name }))}
    />
  )
}
