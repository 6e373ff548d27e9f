/** Programmes of schools: the list, and the form that adds or corrects one. */
import { EDUCATIONS, WORKFORCES } from '../../src/people/rules.ts'
import { inLanguage, type Lang } from '../../src/platform/errors.ts'
import { PROGRAMME_LEVELS } from '../../src/training/programme-rules.ts'
import type { ProgrammeView } from '../../src/training/programme-shapes.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Empty } from '../parts.tsx'
import { choices } from '../people/parts.tsx'
import { Pager, Results, Table } from '../table.tsx'
import { words } from '../words.ts'

const HERE = '/console/programmes'

export interface ProgrammesProps {
  frame: Frame
  items: ProgrammeView[]
  next: string | null
  may_add: boolean
}

export function Programmes({ frame, items, next, may_add }: ProgrammesProps) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={w('院校专业', 'Programmes of schools')}
      actions={
        may_add && (
          <a class="button primary" href={`${HERE}/new`}>
            {w('新增专业', 'Add a programme')}
          </a>
        )
      }
    >
      <p class="lead">
        {w(
          '院校养老、托育相关专业的招生与毕业人数，以及其中已在名册的毕业生。',
          'Intake and graduates of programmes for elder care and childcare, and which graduates are in the register.',
        )}
      </p>
      <Results>
        <Table
          caption={w('院校专业', 'Programmes')}
          empty={<Empty title={w('还没有登记院校专业。', 'No programmes yet.')} />}
          columns={[
            { key: 'name', label: w('专业', 'Programme') },
            { key: 'school', label: w('学校', 'School') },
            { key: 'level', label: w('层次', 'Level') },
            { key: 'district', label: w('区县', 'District') },
            { key: 'intake', label: w('历年招生', 'Intake, all years'), numeric: true },
            { key: 'graduates', label: w('历年毕业', 'Graduates, all years'), numeric: true },
            { key: 'linked', label: w('已关联人员', 'Persons linked'), numeric: true },
          ]}
          rows={items.map((item) => ({
            cells: {
              name: <a href={`${HERE}/${item.id}`}>{item.name}</a>,
              school: item.school,
              level: levelOf(item, frame.lang),
              district: item.district_name,
              intake: item.intake ?? '—',
              graduates: item.graduates ?? '—',
              linked: item.linked,
            },
          }))}
        />
        <Pager next={next} />
      </Results>
    </Page>
  )
}

/** 大专 */
export function levelOf({ level }: Pick<ProgrammeView, 'level'>, lang: Lang): string {
  return inLanguage(lang, EDUCATIONS[level as keyof typeof EDUCATIONS])
}

export interface ProgrammeFormProps {
  frame: Frame
  /** null adds a new one */
  programme: ProgrammeView | null
  districts: { code: string; name: string }[]
  /** training institutions that may run it */
  schools: { id: string; name: string }[]
  values: Record<string, string>
  errors: FormError[]
}

export function ProgrammeForm({ frame, programme, districts, schools, values, errors }: ProgrammeFormProps) {
  const w = words(frame.lang)
  const value = (name: keyof ProgrammeView) => values[name] ?? programme?.[name]
  const here = programme ? `${HERE}/${programme.id}` : HERE
  return (
    <Page
      {...frame}
      heading={programme ? w('更正专业', 'Correct the programme') : w('新增专业', 'Add a programme')}
      back={{ href: here, label: programme?.name ?? w('院校专业', 'Programmes') }}
    >
      <Card>
        <Form
          action={programme ? `${here}/correction` : `${HERE}/new`}
          errors={errors}
          submit={programme ? w('保存更正', 'Save the correction') : w('新增专业', 'Add the programme')}
          cancel={here}
        >
          {programme && <input type="hidden" name="revision" value={programme.revision} />}
          <Field
            label={w('学校', 'School')}
            name="school"
            required
            value={value('school')}
            hint={w('与毕业证书上的校名一致，毕业生按校名关联', 'As on the diploma: graduates are found by it')}
          />
          <Field label={w('专业名称', 'Programme')} name="name" required value={value('name')} />
          <Field
            label={w('层次', 'Level')}
            name="level"
            type="select"
            required
            value={value('level')}
            options={choices(PROGRAMME_LEVELS, frame.lang)}
          />
          <Field
            label={w('面向', 'For')}
            name="workforce"
            type="select"
            required
            value={value('workforce')}
            options={choices(WORKFORCES, frame.lang)}
          />
          <Field
            label={w('区县', 'District')}
            name="district_code"
            type="select"
            required
            value={value('district_code')}
            options={districts.map(({ code, name }) => ({ value: code, label: name }))}
          />
          <Field
            label={w('办学机构', 'Institution that runs it')}
            name="organisation_id"
            type="select"
            value={value('organisation_id')}
            options={[
              { value: '', label: w('不在本系统', 'Not in the register') },
              ...schools.map(({ id, name }) => ({ value: id, label: name })),
            ]}
            hint={w('选了以后，该机构能看到本专业', 'It then sees this programme')}
          />
          {programme && (
            <Field
              label={w('更正原因', 'Why it is corrected')}
              name="reason"
              type="textarea"
              required
              value={values.reason}
            />
          )}
        </Form>
      </Card>
    </Page>
  )
}
