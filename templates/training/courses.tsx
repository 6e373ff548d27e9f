/** Courses of an institution, and one of them with all its versions. */

import { localDate } from '../../src/platform/calendar.ts'
import { inLanguage, type Lang } from '../../src/platform/errors.ts'
import { formatYuan } from '../../src/platform/money.ts'
import type { CourseVersion, CourseView } from '../../src/training/course-shapes.ts'
import { CONFIDENCES, COURSE_KINDS } from '../../src/training/rules.ts'
import { type Frame, Page } from '../layout.tsx'
import { Card, Empty, Facts, Tag } from '../parts.tsx'
import { Pager, Results, Table } from '../table.tsx'
import { words } from '../words.ts'
import { occupationOf } from './class-frame.tsx'

export interface CoursesProps {
  frame: Frame
  items: CourseView[]
  next: string | null
  may_add: boolean
}

export function Courses({ frame, items, next, may_add }: CoursesProps) {
  const w = words(frame.lang)
  const add = (
    <a class="button primary" href="/console/courses/new">
      {w('新建课程', 'Add a course')}
    </a>
  )
  return (
    <Page
      {...frame}
      heading={w('课程', 'Courses')}
      back={{ href: '/console/classes', label: w('培训班', 'Classes') }}
      actions={may_add && add}
    >
      <Results>
        <Table
          caption={w('课程', 'Courses')}
          empty={
            <Empty title={w('还没有课程，先新建课程才能开班。', 'No course yet; a class needs one.')}>
              {may_add && add}
            </Empty>
          }
          columns={[
            { key: 'name', label: w('名称', 'Name') },
            { key: 'kind', label: w('类别', 'Kind') },
            { key: 'occupation', label: w('工种等级', 'Occupation, level') },
            { key: 'hours', label: w('理论 + 实操学时', 'Hours of theory + practice'), numeric: true },
            { key: 'required', label: w('应到学时', 'Hours required'), numeric: true },
            { key: 'standard', label: w('标准学时', 'Hours of the standard') },
            { key: 'price', label: w('收费', 'Price'), numeric: true },
          ]}
          rows={items.map((item) => ({
            cells: {
              name: <a href={`/console/courses/${item.id}`}>{item.name}</a>,
              kind: inLanguage(frame.lang, COURSE_KINDS[item.kind as keyof typeof COURSE_KINDS]),
              occupation: occupationOf(item, frame.lang),
              hours: `${item.theory_hours} + ${item.practice_hours}`,
              required: `${item.required_hours}（${item.attendance_percent}%）`,
              standard: item.standard_hours ? standardHint(item.standard_hours, frame.lang) : '—',
              price: yuan(item.price_fen),
            },
          }))}
        />
        <Pager next={next} />
      </Results>
    </Page>
  )
}

export interface CoursePageProps {
  frame: Frame
  course: CourseView
  versions: CourseVersion[]
  may_change: boolean
}

export function CoursePage({ frame, course, versions, may_change }: CoursePageProps) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={course.name}
      back={{ href: '/console/courses', label: w('课程', 'Courses') }}
      actions={
        may_change && (
          <a class="button primary" href={`/console/courses/${course.id}/edit`}>
            {w('修改课程', 'Change the course')}
          </a>
        )
      }
    >
      <Card>
        <Facts
          items={[
            { label: w('培训机构', 'Institution'), value: course.organisation_name },
            {
              label: w('类别', 'Kind'),
              value: inLanguage(frame.lang, COURSE_KINDS[course.kind as keyof typeof COURSE_KINDS]),
            },
            { label: w('工种等级', 'Occupation, level'), value: occupationOf(course, frame.lang) },
            {
              label: w('标准学时', 'Hours of the standard'),
              value: course.standard_hours ? standardHint(course.standard_hours, frame.lang) : '—',
            },
          ]}
        />
      </Card>
      <Card title={w('各个版本', 'Versions')}>
        <p class="quiet">
          {w(
            '每个班按开班时、开班日期适用的版本办，之后的修改不影响已开的班。',
            'A class is held by the version in force on its first day when it was opened; what changes later leaves it alone.',
          )}
        </p>
        <Table
          caption={w('各个版本', 'Versions')}
          empty="—"
          columns={[
            { key: 'number', label: w('版本', 'Version'), numeric: true },
            { key: 'from', label: w('自何日起', 'From') },
            { key: 'edition', label: w('职业标准', 'Standard') },
            { key: 'hours', label: w('理论 + 实操学时', 'Hours of theory + practice'), numeric: true },
            { key: 'required', label: w('应到学时', 'Hours required'), numeric: true },
            { key: 'price', label: w('收费', 'Price') },
            { key: 'subsidies', label: w('合格补贴', 'Subsidies for who passes') },
            { key: 'classes', label: w('开班', 'Classes'), numeric: true },
            { key: 'who', label: w('登记', 'Recorded') },
          ]}
          rows={versions.map((version) => ({
            cells: {
              number: version.number,
              from: version.valid_from ?? w('一开始', 'The beginning'),
              edition: <Edition {...version} lang={frame.lang} />,
              hours: `${version.theory_hours} + ${version.practice_hours}`,
              required: `${version.required_hours}（${version.attendance_percent}%）`,
              price: cited(version.price_fen, version.price_citation),
              subsidies: (
                <>
                  {version.person_subsidy_fen !== null && (
                    <p>
                      {w('学员 ', 'Person ')}
                      {cited(version.person_subsidy_fen, version.person_subsidy_citation)}
                    </p>
                  )}
                  {version.provider_subsidy_fen !== null && (
                    <p>
                      {w('机构 ', 'Institution ')}
                      {cited(version.provider_subsidy_fen, version.provider_subsidy_citation)}
                    </p>
                  )}
                  {version.person_subsidy_fen === null && version.provider_subsidy_fen === null && '—'}
                </>
              ),
              classes: version.classes,
              who: [localDate(version.recorded_at), version.recorded_by, version.reason].filter(Boolean).join(' · '),
            },
          }))}
        />
      </Card>
    </Page>
  )
}

/** Marked where nobody has seen the standard in that edition. */
function Edition({
  standard_edition,
  edition_confidence,
  lang,
}: Pick<CourseVersion, 'standard_edition' | 'edition_confidence'> & { lang: Lang }) {
  if (!standard_edition) return '—'
  const sure = CONFIDENCES[(edition_confidence ?? 'unknown') as keyof typeof CONFIDENCES]
  const seen = edition_confidence === 'seen' || edition_confidence === 'confirmed'
  return (
    <>
      {standard_edition} <Tag tone={seen ? 'good' : 'warn'}>{inLanguage(lang, sure)}</Tag>
    </>
  )
}

function yuan(fen: number | null): string {
  return fen === null ? '—' : `¥${formatYuan(fen)}`
}

function cited(fen: number | null, citation: string | null): string {
  return citation ? `${yuan(fen)}（${citation}）` : yuan(fen)
}

/** `180（未核对原文）` */
export function standardHint({ hours, confidence }: { hours: number | null; confidence: string }, lang: Lang): string {
  const sure = inLanguage(lang, CONFIDENCES[confidence as keyof typeof CONFIDENCES])
  return hours === null ? sure : `${hours}（${sure}）`
}
