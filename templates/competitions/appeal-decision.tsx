/** The appeals that wait, and deciding one: what it says, the marks of the entry as they stand, each to be typed over, and the answer. */
import type { z } from 'zod'
import type { appealShape, CorrectionSheet } from '../../src/competitions/publication-shapes.ts'
import type { EventView } from '../../src/competitions/shapes.ts'
import { localDate } from '../../src/platform/calendar.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Empty, Facts } from '../parts.tsx'
import { Pager, Results, Table } from '../table.tsx'
import { Entry } from '../training/entry.tsx'
import { words } from '../words.ts'

export interface OpenAppealsProps {
  frame: Frame
  items: {
    id: string
    event_id: string
    event_name: string
    competition_name: string
    station: number
    person_name: string
    organisation_name: string
    grounds: string
    filed_at: Date
  }[]
  next: string | null
}

/** Of all competitions of the division, the longest waiting first. */
export function OpenAppeals({ frame, items, next }: OpenAppealsProps) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={w('待处理的竞赛申诉', 'Appeals to decide')}
      back={{ href: '/console/competitions', label: w('技能竞赛', 'Competitions') }}
    >
      <Results>
        <Table
          caption={w('待处理的竞赛申诉', 'Appeals to decide')}
          empty={<Empty title={w('没有待处理的申诉。', 'No appeal waits.')} />}
          columns={[
            { key: 'entry', label: w('选手', 'Entry') },
            { key: 'event', label: w('竞赛与项目', 'Competition and event') },
            { key: 'filed', label: w('提出', 'Filed') },
            { key: 'grounds', label: w('理由', 'Grounds') },
          ]}
          rows={items.map((item) => ({
            cells: {
              entry: (
                <a href={`/console/events/${item.event_id}/appeals/${item.id}`}>
                  {`${item.station} ${item.person_name}（${item.organisation_name}）`}
                </a>
              ),
              event: `${item.competition_name} · ${item.event_name}`,
              filed: localDate(item.filed_at),
              grounds: item.grounds,
            },
          }))}
        />
        <Pager next={next} />
      </Results>
    </Page>
  )
}

export interface AppealDecisionProps {
  frame: Frame
  event: EventView
  appeal: z.output<typeof appealShape>
  sheets: CorrectionSheet[]
  /** of the entry, those that count */
  penalties: { id: string; points: number; reason: string }[]
  values: Record<string, string>
  ticked: string[]
  errors: FormError[]
}

export function AppealDecisionPage(props: AppealDecisionProps) {
  const { frame, event, appeal, sheets, penalties, values, ticked, errors } = props
  const w = words(frame.lang)
  const back = `/console/events/${event.id}/appeals`
  return (
    <Page {...frame} heading={w('处理申诉', 'Decide an appeal')} back={{ href: back, label: event.name }}>
      <Card>
        <Facts
          items={[
            {
              label: w('选手', 'Entry'),
              value: `${appeal.station} ${appeal.person_name}（${appeal.organisation_name}）`,
            },
            { label: w('提出', 'Filed'), value: localDate(appeal.filed_at) },
            { label: w('理由', 'Grounds'), value: appeal.grounds },
          ]}
        />
      </Card>
      <Form action={`${back}/${appeal.id}`} errors={errors} submit={w('提交处理结果', 'Decide')} cancel={back}>
        <Card title={w('更正分数', 'Correct marks')}>
          <p>
            {w(
              '下面是这名选手现在的分数，成立的把有误的改过来，可改多项；没改的不动。改后重新排名，作为新的一次公布；名次有变化的晋升建议随之撤回。',
              'These are the marks of the entry as they stand. Upheld, type over those that are wrong, as many as there are; the others stand. The ranking is made again and published as the next revision; promotions whose rank changed are withdrawn.',
            )}
          </p>
          {sheets.map((sheet) => (
            <Sheet {...{ sheet, frame, values, errors }} />
          ))}
          {penalties.length > 0 && (
            <Field
              label={w('撤销罚分', 'Penalties taken back')}
              name="withdrawn_penalties"
              type="choices"
              values={ticked}
              options={penalties.map(({ id, points, reason }) => ({
                value: id,
                label: w(`${points} 分：${reason}`, `${points}: ${reason}`),
              }))}
            />
          )}
        </Card>
        <Card title={w('处理结果', 'Decision')}>
          <Field
            label={w('结果', 'Decision')}
            name="upheld"
            type="select"
            required
            value={values.upheld}
            options={[
              { value: '', label: w('请选择', 'Choose') },
              { value: 'false', label: w('不成立，分数不动', 'Dismissed: the marks stand') },
              { value: 'true', label: w('成立，按上面更正', 'Upheld: corrected as above') },
            ]}
          />
          <Field label={w('处理意见', 'Reason')} name="reason" type="textarea" required value={values.reason} />
        </Card>
      </Form>
    </Page>
  )
}

function Sheet({
  sheet,
  frame,
  values,
  errors,
}: { sheet: CorrectionSheet } & Pick<AppealDecisionProps, 'frame' | 'values' | 'errors'>) {
  const w = words(frame.lang)
  const module = inLanguage(frame.lang, sheet.name)
  return (
    <Table
      caption={module}
      empty=""
      columns={[
        { key: 'criterion', label: module },
        { key: 'max', label: w('满分', 'Maximum'), numeric: true },
        ...sheet.judges.map((judge, column) => ({ key: `judge${column}`, label: judge })),
      ]}
      rows={sheet.rows.map(({ criterion, max_points, marks }) => ({
        cells: {
          criterion,
          max: max_points,
          ...Object.fromEntries(
            marks.map((mark, column) => [
              `judge${column}`,
              mark ? (
                <Entry
                  name={mark.field}
                  label={`${criterion} ${sheet.judges[column]}`}
                  value={values[mark.field] ?? mark.points}
                  errors={errors}
                  decimal
                />
              ) : (
                '—'
              ),
            ]),
          ),
        },
      }))}
    />
  )
}
