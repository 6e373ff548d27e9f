/** One programme of a school with its figures by year and its graduates. */
import { WORKFORCES } from '../../src/people/rules.ts'
import { localDate } from '../../src/platform/calendar.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import type { Graduate, ProgrammeVersion, ProgrammeView, ProgrammeYear } from '../../src/training/programme-shapes.ts'
import { ErrorSummary, Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Empty, Facts, Tabs } from '../parts.tsx'
import { ActionBar, Pager, Results, Table } from '../table.tsx'
import { words } from '../words.ts'
import { levelOf } from './programmes.tsx'

export interface ProgrammePageProps {
  frame: Frame
  programme: ProgrammeView
  versions: ProgrammeVersion[]
  years: ProgrammeYear[]
  graduates: Graduate[]
  /** whether the graduates shown are those linked, or those who could be */
  linked: boolean
  next: string | null
  may_change: boolean
  values: Record<string, string>
  ticked: string[]
  errors: { figures: FormError[]; graduates: FormError[] }
}

export function ProgrammePage(props: ProgrammePageProps) {
  const { frame, programme, versions, years, may_change, values, errors } = props
  const w = words(frame.lang)
  const here = `/console/programmes/${programme.id}`
  return (
    <Page
      {...frame}
      heading={programme.name}
      back={{ href: '/console/programmes', label: w('院校专业', 'Programmes') }}
      actions={
        may_change && (
          <a class="button" href={`${here}/correction`}>
            {w('更正', 'Correct')}
          </a>
        )
      }
    >
      <Card>
        <Facts
          items={[
            { label: w('学校', 'School'), value: programme.school },
            { label: w('层次', 'Level'), value: levelOf(programme, frame.lang) },
            {
              label: w('面向', 'For'),
              value: inLanguage(frame.lang, WORKFORCES[programme.workforce as keyof typeof WORKFORCES]),
            },
            { label: w('区县', 'District'), value: programme.district_name },
            { label: w('办学机构', 'Run by'), value: programme.organisation_name ?? '—' },
          ]}
        />
      </Card>
      {versions.length > 1 && <Versions frame={frame} versions={versions} />}
      <Table
        caption={w('各年招生与毕业人数', 'Intake and graduates by year')}
        empty={<Empty title={w('还没有登记人数。', 'No figures yet.')} />}
        columns={[
          { key: 'year', label: w('年份', 'Year') },
          { key: 'intake', label: w('招生', 'Intake'), numeric: true },
          { key: 'graduates', label: w('毕业（学校公布）', 'Graduates, as stated'), numeric: true },
          { key: 'linked', label: w('其中已关联人员', 'Of them linked'), numeric: true },
          { key: 'citation', label: w('依据', 'Where it is read') },
          { key: 'recorded', label: w('登记', 'Recorded') },
        ]}
        rows={years.map((row) => ({
          cells: {
            year: `${row.year}`,
            intake: row.intake ?? '—',
            graduates: row.graduates ?? '—',
            linked: row.linked,
            citation: row.citation ?? '—',
            recorded:
              [row.recorded_by, row.reason && w(`更正：${row.reason}`, `corrected: ${row.reason}`)]
                .filter(Boolean)
                .join(' · ') || '—',
          },
        }))}
      />
      {may_change && (
        <Card title={w('登记或更正某年人数', 'State or correct the figures of a year')}>
          <Form action={`${here}/years`} errors={errors.figures} submit={w('登记人数', 'Record')}>
            <Field label={w('年份', 'Year')} name="year" type="number" required value={values.year} />
            <Field
              label={w('招生人数', 'Intake')}
              name="intake"
              type="number"
              value={values.intake}
              attributes={{ min: 0 }}
            />
            <Field
              label={w('毕业人数', 'Graduates')}
              name="graduates"
              type="number"
              value={values.graduates}
              attributes={{ min: 0 }}
            />
            <Field
              label={w('依据', 'Where it is read')}
              name="citation"
              required
              value={values.citation}
              hint={w('学校年报、招生计划等文件', 'A report or plan of the school')}
            />
            <Field
              label={w('更正原因', 'Why it is corrected')}
              name="reason"
              value={values.reason}
              hint={w('这一年已有数据时必填', 'Due when the year is on record')}
            />
          </Form>
        </Card>
      )}
      <Graduates {...props} />
    </Page>
  )
}

function Versions({ frame, versions }: Pick<ProgrammePageProps, 'frame' | 'versions'>) {
  const w = words(frame.lang)
  return (
    <Table
      caption={w('历次登记', 'What it was said to be')}
      empty=""
      columns={[
        { key: 'number', label: w('第几次', 'Version') },
        { key: 'what', label: w('登记内容', 'As registered') },
        { key: 'reason', label: w('更正原因', 'Why it was corrected') },
        { key: 'by', label: w('登记', 'Recorded') },
      ]}
      rows={versions.map(({ recorded_at, recorded_by, ...version }) => ({
        cells: {
          number: version.number,
          what: [
            ...[version.school, version.name, levelOf(version, frame.lang), version.district_name],
            ...(version.organisation_name ? [version.organisation_name] : []),
          ].join(' · '),
          reason: version.reason ?? '—',
          by: [localDate(recorded_at), recorded_by].filter(Boolean).join(' '),
        },
      }))}
    />
  )
}

function Graduates({
  frame,
  programme,
  graduates,
  linked,
  next,
  values,
  ticked,
  errors,
  may_change,
}: ProgrammePageProps) {
  const w = words(frame.lang)
  const here = `/console/programmes/${programme.id}`
  return (
    <Card title={w('毕业生', 'Graduates')}>
      <Tabs
        label={w('毕业生', 'Graduates')}
        items={[
          { label: w('已关联', 'Linked'), href: here, current: linked },
          { label: w('可关联', 'To be linked'), href: `${here}?linked=false`, current: !linked },
        ]}
      />
      <form method="post" action={`${here}/graduates${linked ? '/withdrawal' : ''}`}>
        <ErrorSummary errors={errors.graduates} />
        <Results>
          <Table
            caption={w('毕业生', 'Graduates')}
            select={may_change ? 'education_ids' : undefined}
            empty={
              linked
                ? w('还没有关联毕业生。', 'No graduates are linked yet.')
                : w(
                    '名册中没有这所学校、这一层次且未关联的学历。',
                    'The register has no unlinked education of this school and level.',
                  )
            }
            columns={[
              { key: 'name', label: w('姓名', 'Name') },
              { key: 'major', label: w('学历上的专业', 'Major on record') },
              { key: 'day', label: w('毕业日期', 'Graduated') },
            ]}
            rows={graduates.map((row) => ({
              id: row.education_id,
              label: w(`选择${row.person_name}`, `Select ${row.person_name}`),
              ticked: ticked.includes(row.education_id),
              cells: {
                name: <a href={`/console/people/${row.person_id}`}>{row.person_name}</a>,
                major: row.major ?? '—',
                day: row.graduated_on,
              },
            }))}
          />
          <Pager next={next} />
        </Results>
        {may_change && graduates.length > 0 && (
          <ActionBar unit={w('人', 'people')}>
            {linked && (
              <Field
                label={w('取消原因', 'Reason')}
                name="unlink_reason"
                value={values.unlink_reason}
                error={errors.graduates.find(({ pointer }) => pointer === '/unlink_reason')?.message}
              />
            )}
            <button type="submit" class={linked ? 'button' : 'button primary'}>
              {linked ? w('取消关联', 'Take links back') : w('关联到本专业', 'Link to the programme')}
            </button>
          </ActionBar>
        )}
      </form>
    </Card>
  )
}
