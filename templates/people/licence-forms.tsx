/** The forms of a licence to practise (执业资格): recording, correcting, withdrawing; and the block of licences on the page of a person. */
import { LICENCE_KINDS } from '../../src/people/licence-rules.ts'
import type { Lang } from '../../src/platform/errors.ts'
import { Field, Form } from '../form.tsx'
import type { Frame } from '../layout.tsx'
import { words } from '../words.ts'
import type { Block, BlockRights } from './blocks.tsx'
import { Links } from './employment-block.tsx'
import { AboutPerson, type PersonFormProps } from './forms.tsx'
import { choices, nameOf } from './parts.tsx'

export interface LicenceRow {
  id: string
  kind: string
  number: string | null
  issued_on: string
  valid_until: string | null
}

export function licenceBlock(lang: Lang, path: string, rows: LicenceRow[], may: BlockRights): Block {
  const w = words(lang)
  return {
    title: w('执业资格', 'Licences to practise'),
    action: may.teach && { href: `${path}/licences/new`, label: w('登记执业资格', 'Record a licence') },
    columns: [
      w('种类', 'Kind'),
      w('编号', 'Number'),
      w('取得', 'Issued'),
      w('失效', 'Valid until'),
      w('办理', 'Action'),
    ],
    rows: rows.map((row) => [
      nameOf(LICENCE_KINDS, row.kind, lang),
      row.number ?? '—',
      row.issued_on,
      row.valid_until ?? w('长期', 'No end'),
      <Links
        links={
          may.teach
            ? [
                { href: `/console/licences/${row.id}/correction`, label: w('更正', 'Correct') },
                { href: `/console/licences/${row.id}/withdrawal`, label: w('撤销', 'Withdraw') },
              ]
            : []
        }
      />,
    ]),
    empty: w('没有护士、康复治疗师等执业资格。', 'No licence of a nurse or therapist on record.'),
  }
}

export function NewLicenceForm({ frame, person, values, errors }: PersonFormProps) {
  const w = words(frame.lang)
  return (
    <AboutPerson frame={frame} person={person} heading={w('登记执业资格', 'Record a licence')}>
      <Form
        action={`/console/people/${person.id}/licences`}
        errors={errors}
        submit={w('登记执业资格', 'Record')}
        cancel={`/console/people/${person.id}`}
      >
        <LicenceFields frame={frame} values={values} />
      </Form>
    </AboutPerson>
  )
}

type OfLicence = PersonFormProps & { licence: { id: string; kind: string } }

export function LicenceCorrectionForm({ frame, person, values, errors, licence }: OfLicence) {
  const w = words(frame.lang)
  return (
    <AboutPerson frame={frame} person={person} heading={w('更正执业资格', 'Correct a licence')}>
      <Form
        action={`/console/licences/${licence.id}/correction`}
        errors={errors}
        submit={w('保存更正', 'Save')}
        cancel={`/console/people/${person.id}`}
      >
        <LicenceFields frame={frame} values={values} />
        <Field label={w('更正理由', 'Reason')} name="reason" type="textarea" value={values.reason} required />
      </Form>
    </AboutPerson>
  )
}

export function LicenceWithdrawalForm({ frame, person, values, errors, licence }: OfLicence) {
  const w = words(frame.lang)
  const kind = nameOf(LICENCE_KINDS, licence.kind, frame.lang)
  return (
    <AboutPerson frame={frame} person={person} heading={w('撤销执业资格', 'Withdraw a licence')} danger>
      <p>
        {w(
          `“${kind}”撤销后不再代替技能等级证书，原记录仍可查。`,
          `“${kind}” will no longer stand in for a skill level; it stays readable.`,
        )}
      </p>
      <Form
        action={`/console/licences/${licence.id}/withdrawal`}
        errors={errors}
        submit={w('撤销执业资格', 'Withdraw')}
        cancel={`/console/people/${person.id}`}
        danger
      >
        <Field label={w('撤销理由', 'Reason')} name="reason" type="textarea" value={values.reason} required />
      </Form>
    </AboutPerson>
  )
}

function LicenceFields({ frame, values }: { frame: Frame; values: Record<string, string> }) {
  const w = words(frame.lang)
  return (
    <>
      <Field
        label={w('种类', 'Kind')}
        name="kind"
        type="select"
        value={values.kind}
        required
        options={choices(LICENCE_KINDS, frame.lang)}
      />
      <Field
        label={w('编号', 'Number')}
        name="number"
        value={values.number}
        required
        attributes={{ autocomplete: 'off' }}
      />
      <Field label={w('取得日期', 'Issued on')} name="issued_on" type="date" value={values.issued_on} required />
      <Field
        label={w('失效日期', 'Valid until')}
        name="valid_until"
        type="date"
        value={values.valid_until}
        hint={w('不再有效的第一天；长期有效的不填', 'The first day no longer valid; leave empty for no end')}
      />
      <Field label={w('依据', 'Evidence')} name="evidence" value={values.evidence} />
    </>
  )
}
