/** Marks by station and judge, the ranking, and the page before it is published. */

import { AWARDS, PARTS, type Part, TIE_RULE } from '../../src/competitions/rules.ts'
import type { EventView, RankingView } from '../../src/competitions/shapes.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { ErrorSummary, Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Empty, Notice, Tabs } from '../parts.tsx'
import { ActionBar, Table } from '../table.tsx'
import { Entry } from '../training/entry.tsx'
import { words } from '../words.ts'
import { EventFrame, type EventFrameProps } from './event-frame.tsx'

export interface MarksProps extends Omit<EventFrameProps, 'tab' | 'actions'> {
  part: Part
  parts: Part[]
  judges: string[]
  stations: number[]
  /** points by `station judge` */
  points: Map<string, number>
  values: Record<string, string>
  errors: FormError[]
}

export function Marks({ part, parts, judges, stations, points, values, errors, ...props }: MarksProps) {
  const { frame, event, may_change } = props
  const w = words(frame.lang)
  const open = may_change && !event.published_at
  const table = (
    <Table
      caption={inLanguage(frame.lang, PARTS[part])}
      empty={<Empty title={w('还没有选手，请先报名。', 'Nobody has entered yet.')} />}
      columns={[
        { key: 'station', label: w('工位号', 'Station') },
        ...judges.map((judge, column) => ({ key: `judge${column}`, label: judge, numeric: !open })),
      ]}
      rows={stations.map((station) => ({
        cells: {
          station,
          ...Object.fromEntries(
            judges.map((judge, column) => {
              const name = `marks.${station}.${column}`
              const given = points.get(`${station} ${judge}`)
              const label = w(`${station} 号工位 ${judge}`, `Station ${station}, ${judge}`)
              return [
                `judge${column}`,
                open ? (
                  <Entry name={name} label={label} value={values[name] ?? given} errors={errors} decimal />
                ) : (
                  (given ?? '—')
                ),
              ]
            }),
          ),
        },
      }))}
    />
  )
  return (
    <EventFrame {...props} tab="scores">
      <Tabs
        label={w('部分', 'Part')}
        items={parts.map((one) => ({
          label: inLanguage(frame.lang, PARTS[one]),
          href: `/console/events/${event.id}/scores?part=${one}`,
          current: one === part,
        }))}
      />
      {judges.length === 0 ? (
        <Notice tone="info">
          {w('这一部分还没有评委：', 'This part has no judges yet: ')}
          <a href={`/console/events/${event.id}`}>{w('登记评委', 'appoint them')}</a>
        </Notice>
      ) : open ? (
        <form method="post" action={`/console/events/${event.id}/scores`}>
          <ErrorSummary errors={errors} />
          <input type="hidden" name="part" value={part} />
          {judges.map((judge, column) => (
            <input type="hidden" name={`judges.${column}`} value={judge} />
          ))}
          {table}
          {stations.length > 0 && (
            <ActionBar>
              <button type="submit" class="button primary">
                {w('保存分数', 'Save the marks')}
              </button>
            </ActionBar>
          )}
        </form>
      ) : (
        table
      )}
    </EventFrame>
  )
}

export interface RankingProps extends Omit<EventFrameProps, 'tab' | 'actions'> {
  ranking: RankingView
}

export function RankingTab({ ranking, ...props }: RankingProps) {
  const { frame, event, may_change } = props
  const w = words(frame.lang)
  const here = `/console/events/${event.id}`
  const open = may_change && !event.published_at
  return (
    <EventFrame
      {...props}
      tab="ranking"
      actions={
        open && (
          <>
            <form method="post" action={`${here}/ranking`}>
              <button type="submit" class={event.ranked ? 'button' : 'button primary'}>
                {event.ranked ? w('重新排名', 'Rank again') : w('计算排名', 'Rank')}
              </button>
            </form>
            {event.ranked && (
              <a class="button primary" href={`${here}/publication`}>
                {w('公布名次', 'Publish')}
              </a>
            )}
          </>
        )
      }
    >
      <p class="quiet">{inLanguage(frame.lang, TIE_RULE)}</p>
      <RankingTable
        frame={frame}
        ranking={ranking}
        empty={
          may_change
            ? w('还没有排名。录完分数后计算排名。', 'No ranking yet; rank once all marks are in.')
            : w('名次还没有公布。', 'The ranking is not published yet.')
        }
      />
    </EventFrame>
  )
}

function RankingTable({ frame, ranking, empty }: { frame: Frame; ranking: RankingView; empty: string }) {
  const w = words(frame.lang)
  return (
    <Table
      caption={w('名次', 'Ranking')}
      empty={<Empty title={empty} />}
      columns={[
        { key: 'rank', label: w('名次', 'Rank') },
        { key: 'station', label: w('工位号', 'Station') },
        { key: 'name', label: w('姓名', 'Name') },
        { key: 'organisation', label: w('代表机构', 'Competes for') },
        { key: 'total', label: w('总分', 'Total'), numeric: true },
        { key: 'practical', label: w('实操', 'Practical'), numeric: true },
        { key: 'award', label: w('奖项', 'Award') },
      ]}
      rows={ranking.items.map((row) => ({
        cells: {
          rank: row.rank,
          station: row.station,
          name: row.person_name,
          organisation: row.organisation_name,
          total: row.total,
          practical: row.practical,
          award: row.award ?? '—',
        },
      }))}
    />
  )
}

export interface PublicationProps {
  frame: Frame
  event: EventView
  ranking: RankingView
  values: Record<string, string>
  errors: FormError[]
}

export function Publication({ frame, event, ranking, values, errors }: PublicationProps) {
  const w = words(frame.lang)
  const back = `/console/events/${event.id}/ranking`
  return (
    <Page {...frame} heading={w('公布名次', 'Publish the ranking')} back={{ href: back, label: event.name }}>
      <RankingTable
        frame={frame}
        ranking={ranking}
        empty={w('还没有排名，请先计算排名。', 'There is no ranking yet.')}
      />
      <div class="card confirm">
        <p>
          {w(
            `公布后 ${ranking.items.length} 名选手的名次对辖区内的机构可见，分数和名次不能再改。并列名次都获得该名次所在的奖项。名次不改变任何人的技能等级。`,
            `Published, the ranks of ${ranking.items.length} entries are visible in the division, and marks and ranks stand for good. Everybody on a shared rank gets its award. A rank changes nobody’s skill level.`,
          )}
        </p>
        <Form
          action={`/console/events/${event.id}/publication`}
          errors={errors}
          submit={w('公布名次', 'Publish')}
          cancel={back}
        >
          {AWARDS.map((award, index) => (
            <Field
              label={w(`${award.zh}名额`, `${award.en}: ranks`)}
              name={`awards.${index}.count`}
              type="number"
              value={values[`awards.${index}.count`]}
              hint={
                index === 0
                  ? w('从第一名起依次计算，不设请留空', 'Counted from the first rank on; empty for none')
                  : undefined
              }
              attributes={{ min: 0, max: 500 }}
            />
          ))}
        </Form>
      </div>
    </Page>
  )
}
