/** The page before a ranking is published: what the checks found, and the awards. */
import { ROUNDINGS, TIES } from '../../src/competitions/awards.ts'
import { AWARD_LINES, AWARDS } from '../../src/competitions/rules.ts'
import type { EventView, RankingView } from '../../src/competitions/shapes.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Notice } from '../parts.tsx'
import { choices } from '../people/parts.tsx'
import { Table } from '../table.tsx'
import { Entry } from '../training/entry.tsx'
import { words } from '../words.ts'
import { RankingTable } from './ranking.tsx'

const SEVERITIES = { error: 'bad', warning: 'warn', info: 'info' } as const

export interface PublicationProps {
  frame: Frame
  event: EventView
  ranking: RankingView
  findings: { severity: 'error' | 'warning' | 'info'; message: string }[]
  values: Record<string, string>
  errors: FormError[]
}

export function Publication({ frame, event, ranking, findings, values, errors }: PublicationProps) {
  const w = words(frame.lang)
  const back = `/console/events/${event.id}/ranking`
  return (
    <Page {...frame} heading={w('公布名次', 'Publish the ranking')} back={{ href: back, label: event.name }}>
      <RankingTable
        frame={frame}
        event={event}
        ranking={ranking}
        empty={w('还没有排名，请先计算排名。', 'There is no ranking yet.')}
      />
      {findings.map(({ severity, message }) => (
        <Notice tone={SEVERITIES[severity]}>{message}</Notice>
      ))}
      <div class="card confirm">
        <p>
          {w(
            `公布后 ${ranking.items.length} 名选手的名次对辖区内的机构可见，分数和名次只能经申诉更正。名次不改变任何人的技能等级。`,
            `Published, the ranks of ${ranking.items.length} entries are visible in the division, and only an appeal corrects marks and ranks. A rank changes nobody’s skill level.`,
          )}
        </p>
        <Form
          action={`/console/events/${event.id}/publication`}
          errors={errors}
          submit={w('公布名次', 'Publish')}
          cancel={back}
        >
          {findings.some(({ severity }) => severity === 'warning') && (
            <Field
              label={w('仍要公布的理由', 'Why it is published all the same')}
              name="acknowledgement"
              type="textarea"
              required
              value={values.acknowledgement}
            />
          )}
          <Field
            label={w('并列跨过奖项名额时', 'A rank shared over the end of an award')}
            name="ties"
            type="select"
            value={values.ties ?? 'joint'}
            options={choices(TIES, frame.lang)}
          />
          <p>
            {w(
              `从第一名起依次计算，名额和比例填一个；比例按 ${ranking.items.length} 名参赛选手计，不设的留空。`,
              `Counted from the first rank on, by a number of ranks or a share of the ${ranking.items.length} entries; empty for none.`,
            )}
          </p>
          <AwardLines frame={frame} values={values} errors={errors} />
          <Field
            label={w('比例不是整数时', 'A share that is no whole number')}
            name="rounding"
            type="select"
            value={values.rounding ?? 'down'}
            options={choices(ROUNDINGS, frame.lang)}
          />
        </Form>
      </div>
    </Page>
  )
}

function AwardLines({ frame, values, errors }: Pick<PublicationProps, 'frame' | 'values' | 'errors'>) {
  const w = words(frame.lang)
  const entry = (line: number, field: string, label: string, usual?: string) => (
    <Entry
      {...{ name: `awards.${line}.${field}`, errors, text: field === 'name', decimal: field === 'percent' }}
      label={w(`第 ${line + 1} 个奖项${label}`, `Award ${line + 1}: ${label}`)}
      value={values[`awards.${line}.${field}`] ?? usual}
    />
  )
  return (
    <Table
      caption={w('奖项', 'Awards')}
      empty=""
      columns={[
        { key: 'name', label: w('奖项', 'Award') },
        { key: 'count', label: w('名额（人或队）', 'Ranks') },
        { key: 'percent', label: w('比例（%）', 'Share (%)') },
      ]}
      rows={Array.from({ length: AWARD_LINES }, (_, line) => ({
        cells: {
          name: entry(line, 'name', w('名称', 'name'), AWARDS[line]?.zh),
          count: entry(line, 'count', w('名额', 'ranks')),
          percent: entry(line, 'percent', w('比例', 'share')),
        },
      }))}
    />
  )
}
