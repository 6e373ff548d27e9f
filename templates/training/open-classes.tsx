/** Classes in which an employer enrols its own people. */

import { daysOf } from '../../src/platform/calendar.ts'
import { inLanguage, type Lang } from '../../src/platform/errors.ts'
import type { OpenClass } from '../../src/training/enrolment-shapes.ts'
import { ENROLMENT_STATUSES } from '../../src/training/rules.ts'
import type { EnrolmentView } from '../../src/training/shapes.ts'
import { ErrorSummary, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Empty, Facts, Tag } from '../parts.tsx'
import { Pager, Results, Table } from '../table.tsx'
import { words } from '../words.ts'
import { CandidateForm } from './candidates.tsx'
import { Conditions } from './entry-conditions.tsx'
import { whatOf as offerOf } from './orders.tsx'
import { TONES } from './roster.tsx'

export interface OpenClassesProps {
  frame: Frame
  items: OpenClass[]
  next: string | null
}

export function OpenClasses({ frame, items, next }: OpenClassesProps) {
  const w = words(frame.lang)
  return (
    <Page {...frame} heading={w('员工报名', 'Enrol staff')}>
      <Results>
        <Table
          caption={w('可为本机构员工报名的培训班', 'Classes in which you may enrol your people')}
          empty={<Empty title={w('现在没有向用人单位开放报名的培训班。', 'No class is open to employers now.')} />}
          columns={[
            { key: 'name', label: w('班名', 'Name') },
            { key: 'what', label: w('职业等级', 'Occupation, level') },
            { key: 'days', label: w('起止日期', 'Days') },
            { key: 'trainer', label: w('培训机构', 'Trainer') },
            { key: 'people', label: w('人数 / 名额', 'People / places'), numeric: true },
            { key: 'own', label: w('本机构', 'Yours'), numeric: true },
          ]}
          rows={items.map((group) => ({
            cells: {
              name: <a href={`/console/open-classes/${group.id}`}>{group.name}</a>,
              what: whatOf(group, frame.lang),
              days: daysOf(group),
              trainer: group.organisation_name,
              people: `${group.people} / ${group.capacity}`,
              own: group.own,
            },
          }))}
        />
        <Pager next={next} />
      </Results>
    </Page>
  )
}

export interface OpenClassProps {
  frame: Frame
  group: OpenClass
  members: EnrolmentView[]
  q: string
  people: { id: string; name: string; id_number_masked: string }[]
  next: string | null
  errors: FormError[]
}

export function OpenClassPage({ frame, group, members, errors, ...choice }: OpenClassProps) {
  const w = words(frame.lang)
  const here = `/console/open-classes/${group.id}`
  return (
    <Page {...frame} heading={group.name} back={{ href: '/console/open-classes', label: w('员工报名', 'Enrol staff') }}>
      <ErrorSummary errors={errors} />
      <Facts
        items={[
          { label: w('课程', 'Course'), value: group.course_name },
          { label: w('职业等级', 'Occupation, level'), value: whatOf(group, frame.lang) },
          { label: w('起止日期', 'Days'), value: daysOf(group) },
          { label: w('培训机构', 'Trainer'), value: group.organisation_name },
          {
            label: w('名额', 'Places'),
            value: w(
              `${group.people} / ${group.capacity} 人，候补 ${group.waiting} 人`,
              `${group.people} of ${group.capacity}, ${group.waiting} waiting`,
            ),
          },
        ]}
      />
      <Table
        caption={w('本机构报名的人', 'Whom you enrolled')}
        empty={<Empty title={w('本机构还没有人报名。', 'You have enrolled nobody yet.')} />}
        columns={[
          { key: 'name', label: w('姓名', 'Name') },
          { key: 'document', label: w('证件号码', 'Document') },
          { key: 'entry', label: w('申报条件', 'Conditions') },
          { key: 'status', label: w('状态', 'Status') },
        ]}
        rows={members.map((member) => ({
          cells: {
            name: <a href={`/console/people/${member.person_id}`}>{member.person_name}</a>,
            document: member.id_number_masked,
            entry: <Conditions lang={frame.lang} member={member} may_declare />,
            status: <Tag tone={TONES[member.status]}>{inLanguage(frame.lang, ENROLMENT_STATUSES[member.status])}</Tag>,
          },
        }))}
      />
      {group.enrols && (
        <CandidateForm
          {...choice}
          lang={frame.lang}
          here={here}
          action={`${here}/enrolments`}
          free={Math.max(group.capacity - group.people, 0)}
        />
      )}
    </Page>
  )
}

/** `养老护理员 五级/初级工 2019` */
function whatOf(group: OpenClass, lang: Lang): string {
  return [offerOf(group, lang), group.standard_edition].filter(Boolean).join(' ')
}
