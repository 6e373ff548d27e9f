/** Choosing what to issue for: a class, an event with awards, or an event with promotions. */
import type { Child } from 'hono/jsx'
import type { CertificateKind, ClassKind } from '../../src/credentials/rules.ts'
import { type Frame, Page } from '../layout.tsx'
import { Empty } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'

interface WaitingEvent {
  id: string
  name: string
  competition_name: string
  waiting: number
}

export interface ChooseClassProps {
  frame: Frame
  kind: ClassKind
  classes: { id: string; name: string; course_name: string; starts_on: string; waiting: number }[]
  /** with awards to issue */
  events: WaitingEvent[]
  /** with promotions that were approved */
  promoted: WaitingEvent[]
  /** organisers issue awards and teach no classes */
  organiser: boolean
}

export function ChooseClass({ frame, kind, classes, events, promoted, organiser }: ChooseClassProps) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={
        organiser ? w('发证：选择竞赛项目', 'Issue: choose an event') : w('发证：选择培训班', 'Issue: choose a class')
      }
      back={{ href: '/console/certificates', label: w('证书', 'Certificates') }}
    >
      {organiser ? (
        <Events
          frame={frame}
          events={events}
          kind="award"
          caption={w('已公布名次的竞赛项目', 'Events with a published ranking')}
          empty={
            <Empty title={w('还没有公布过带奖项的名次。', 'No ranking with awards is published yet.')}>
              <p>
                <a href="/console/competitions">
                  {w('到“技能竞赛”排名、公布后再颁发证书', 'Rank and publish in “Competitions” first')}
                </a>
              </p>
            </Empty>
          }
        />
      ) : (
        <Table
          caption={w('可以发证的培训班', 'Classes')}
          columns={[
            { key: 'name', label: w('培训班', 'Class') },
            { key: 'course', label: w('课程', 'Course') },
            { key: 'starts_on', label: w('开班', 'Began') },
            { key: 'waiting', label: w('待发证', 'Waiting'), numeric: true },
          ]}
          empty={
            <Empty title={w('还没有结业的培训班。', 'No class is completed yet.')}>
              <p>
                <a href="/console/classes">
                  {w('到“培训班”录入成绩、办理结业后再发证', 'Enter results and complete a class first')}
                </a>
              </p>
            </Empty>
          }
          rows={classes.map((taught) => ({
            cells: {
              name: <a href={`/console/certificates/new?class=${taught.id}&kind=${kind}`}>{taught.name}</a>,
              course: taught.course_name,
              starts_on: taught.starts_on,
              waiting: taught.waiting,
            },
          }))}
        />
      )}
      {promoted.length > 0 && (
        <>
          <h2>{w('竞赛晋升', 'Promotions by competitions')}</h2>
          <Events
            frame={frame}
            events={promoted}
            kind="skill_level"
            caption={w('有审定通过的晋升的竞赛项目', 'Events with approved promotions')}
            empty=""
          />
        </>
      )}
    </Page>
  )
}

interface EventsProps {
  frame: Frame
  events: WaitingEvent[]
  kind: CertificateKind
  caption: string
  empty: Child
}

function Events({ frame, events, kind, caption, empty }: EventsProps) {
  const w = words(frame.lang)
  return (
    <Table
      caption={caption}
      columns={[
        { key: 'name', label: w('竞赛项目', 'Event') },
        { key: 'competition', label: w('竞赛', 'Competition') },
        { key: 'waiting', label: w('待发证', 'Waiting'), numeric: true },
      ]}
      empty={empty}
      rows={events.map((event) => ({
        cells: {
          name: <a href={`/console/certificates/new?event=${event.id}&kind=${kind}`}>{event.name}</a>,
          competition: event.competition_name,
          waiting: event.waiting,
        },
      }))}
    />
  )
}
