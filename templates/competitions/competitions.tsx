/** Competitions: the list, one of them with its events, and the forms for both. */

import { CLASSES, COMPETITION_WAITS, TIERS } from '../../src/competitions/rules.ts'
import type { CompetitionView, EventView } from '../../src/competitions/shapes.ts'
import { inLanguage, type Lang } from '../../src/platform/errors.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Empty, Facts, Tag } from '../parts.tsx'
import { Filters, Pager, Results, Table } from '../table.tsx'
import { WaitsField } from '../waits-field.tsx'
import { words } from '../words.ts'
import { weightsOf } from './event-frame.tsx'

const tierOf = (tier: string) => TIERS[tier as keyof typeof TIERS]

export interface CompetitionsProps {
  frame: Frame
  items: CompetitionView[]
  waits: keyof typeof COMPETITION_WAITS | ''
  next: string | null
  may_announce: boolean
}

export function Competitions({ frame, items, waits, next, may_announce }: CompetitionsProps) {
  const w = words(frame.lang)
  const add = may_announce && (
    <a class="button primary" href="/console/competitions/new">
      {w('新建竞赛', 'Announce')}
    </a>
  )
  return (
    <Page {...frame} heading={w('技能竞赛', 'Competitions')} actions={add}>
      {may_announce && (
        <Filters action="/console/competitions">
          <WaitsField waits={COMPETITION_WAITS} value={waits} />
        </Filters>
      )}
      <Results>
        <Table
          caption={w('技能竞赛', 'Competitions')}
          empty={<Empty title={w('还没有竞赛。', 'No competition yet.')}>{add}</Empty>}
          columns={[
            { key: 'name', label: w('名称', 'Name') },
            { key: 'tier', label: w('级别', 'Tier') },
            { key: 'day', label: w('举办日期', 'Held on') },
            { key: 'organiser', label: w('主办机构', 'Organiser') },
            { key: 'events', label: w('项目', 'Events'), numeric: true },
            { key: 'entries', label: w('选手', 'Entries'), numeric: true },
          ]}
          rows={items.map((item) => ({
            cells: {
              name: <a href={`/console/competitions/${item.id}`}>{item.name}</a>,
              tier: inLanguage(frame.lang, tierOf(item.tier)),
              day: item.held_on,
              organiser: item.organisation_name,
              events: item.events,
              entries: item.entries,
            },
          }))}
        />
        <Pager next={next} />
      </Results>
    </Page>
  )
}

export interface CompetitionFormProps {
  frame: Frame
  organisers: { id: string; name: string }[]
  values: Record<string, string>
  errors: FormError[]
}

export function CompetitionForm({ frame, organisers, values, errors }: CompetitionFormProps) {
  const w = words(frame.lang)
  const back = { href: '/console/competitions', label: w('技能竞赛', 'Competitions') }
  return (
    <Page {...frame} heading={w('新建竞赛', 'Announce a competition')} back={back}>
      <Card>
        <Form action="/console/competitions" errors={errors} submit={w('新建竞赛', 'Announce')} cancel={back.href}>
          <Field
            label={w('名称', 'Name')}
            name="name"
            required
            value={values.name}
            hint={w('写明年份或届次', 'With its year or number')}
          />
          <Field
            label={w('级别', 'Tier')}
            name="tier"
            type="select"
            required
            value={values.tier}
            options={Object.entries(TIERS).map(([value, message]) => ({
              value,
              label: inLanguage(frame.lang, message),
            }))}
          />
          <Field
            label={w('类别', 'Class')}
            name="class"
            type="select"
            value={values.class}
            options={Object.entries(CLASSES).map(([value, message]) => ({
              value,
              label: inLanguage(frame.lang, message),
            }))}
            hint={w('一类跨行业，二类为单一行业；不分类的不选', 'Class 1 takes in several industries, class 2 one')}
          />
          <Field
            label={w('届次', 'Edition')}
            name="edition"
            value={values.edition}
            hint={w('例如：第十届', 'For example: the tenth')}
          />
          <Field label={w('举办日期', 'Held on')} name="held_on" type="date" required value={values.held_on} />
          <Field
            label={w('依据文件', 'Notice')}
            name="citation"
            required
            value={values.citation}
            hint={w('通知的名称或文号', 'Title or number of the notice')}
          />
          <Field
            label={w('主办机构', 'Organiser')}
            name="organisation_id"
            type="select"
            required
            value={values.organisation_id}
            options={organisers.map(({ id, name }) => ({ value: id, label: name }))}
          />
        </Form>
      </Card>
    </Page>
  )
}

export interface CompetitionPageProps {
  frame: Frame
  competition: CompetitionView
  events: EventView[]
  occupations: { code: string; name: string }[]
  may_change: boolean
  values: Record<string, string>
  errors: FormError[]
}

export function CompetitionPage({
  frame,
  competition,
  events,
  occupations,
  may_change,
  values,
  errors,
}: CompetitionPageProps) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={competition.name}
      back={{ href: '/console/competitions', label: w('技能竞赛', 'Competitions') }}
    >
      <Card>
        <Facts
          items={[
            { label: w('级别', 'Tier'), value: levelOf(competition, frame.lang) },
            { label: w('届次', 'Edition'), value: competition.edition ?? '—' },
            { label: w('举办日期', 'Held on'), value: competition.held_on },
            { label: w('主办机构', 'Organiser'), value: competition.organisation_name },
            { label: w('依据文件', 'Notice'), value: competition.citation },
          ]}
        />
      </Card>
      <Table
        caption={w('竞赛项目', 'Events')}
        empty={
          <Empty
            title={
              may_change
                ? w('还没有项目，请在下面新增。', 'No event yet; add one below.')
                : w('还没有项目。', 'No event yet.')
            }
          />
        }
        columns={[
          { key: 'name', label: w('项目', 'Event') },
          { key: 'occupation', label: w('职业', 'Occupation') },
          { key: 'weights', label: w('模块与权重', 'Modules') },
          { key: 'entries', label: w('选手', 'Entries'), numeric: true },
          { key: 'state', label: w('状态', 'State') },
        ]}
        rows={events.map((event) => ({
          cells: {
            name: <a href={`/console/events/${event.id}`}>{event.name}</a>,
            occupation: event.occupation_name,
            weights: weightsOf(event, frame.lang),
            entries: event.entries,
            state: event.published_at ? (
              <Tag tone="good">{w('已公布', 'Published')}</Tag>
            ) : (
              <Tag tone="info">{w('进行中', 'Under way')}</Tag>
            ),
          },
        }))}
      />
      {may_change && (
        <Card title={w('新增项目', 'Add an event')}>
          <Form
            action={`/console/competitions/${competition.id}/events`}
            errors={errors}
            submit={w('新增项目', 'Add the event')}
          >
            <Field label={w('项目名称', 'Name')} name="name" required value={values.name} />
            <Field
              label={w('职业', 'Occupation')}
              name="occupation_code"
              type="select"
              required
              value={values.occupation_code}
              options={occupations.map(({ code, name }) => ({ value: code, label: name }))}
            />
            <Field
              label={w('理论权重（%）', 'Weight of theory (%)')}
              name="theory_weight"
              type="number"
              required
              value={values.theory_weight}
              hint={w('其余为实操权重；按竞赛通知填写', 'The rest is the practical part; as the notice says')}
              attributes={{ min: 0, max: 100 }}
            />
          </Form>
        </Card>
      )}
    </Page>
  )
}

/** `市级二类` */
function levelOf({ tier, class: number }: CompetitionView, lang: Lang): string {
  const name = inLanguage(lang, tierOf(tier))
  return number ? `${name}${lang === 'en' ? ', ' : ''}${inLanguage(lang, CLASSES[number]!)}` : name
}
