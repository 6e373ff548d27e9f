/** The identity documents of a person, masked, and the form that adds one. */
import { ID_TYPES } from '../../src/people/rules.ts'
import { localTime } from '../../src/platform/calendar.ts'
import type { Lang } from '../../src/platform/errors.ts'
import { Field, Form } from '../form.tsx'
import { Card, Tag } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'
import { AboutPerson, type PersonFormProps } from './forms.tsx'
import { choices, nameOf } from './parts.tsx'

export interface DocumentRow {
  document_id: string
  id_type: string
  id_number_masked: string
  current: boolean
  recorded_at: Date
}

export function Documents({ lang, documents, add }: { lang: Lang; documents: DocumentRow[]; add: string | null }) {
  const w = words(lang)
  return (
    <Card
      title={w('证件', 'Documents')}
      actions={
        add && (
          <a class="button" href={add}>
            {w('登记证件', 'Add a document')}
          </a>
        )
      }
    >
      <Table
        caption={w('证件', 'Documents')}
        empty={w('没有证件。', 'No documents.')}
        columns={[
          { key: 'type', label: w('证件类型', 'Document') },
          { key: 'number', label: w('证件号码', 'ID number') },
          { key: 'state', label: w('状态', 'State') },
          { key: 'recorded', label: w('登记时间', 'Recorded') },
        ]}
        rows={documents.map((document) => ({
          cells: {
            type: nameOf(ID_TYPES, document.id_type, lang),
            number: document.id_number_masked,
            state: document.current ? <Tag tone="good">{w('现用', 'Current')}</Tag> : w('其他', 'Other'),
            recorded: localTime(document.recorded_at),
          },
        }))}
      />
    </Card>
  )
}

export function DocumentForm({ frame, person, values, errors }: PersonFormProps) {
  const w = words(frame.lang)
  return (
    <AboutPerson frame={frame} person={person} heading={w('登记证件', 'Add a document')}>
      <p class="quiet">
        {w(
          '换发的护照、改领的居住证等，都登记在同一人名下。15 位身份证号与其 18 位号码是同一份证件。',
          'A renewed passport or a new residence permit belongs to the same person. A 15-digit resident number is the document of its 18 digits.',
        )}
      </p>
      <Form
        action={`/console/people/${person.id}/documents`}
        errors={errors}
        submit={w('登记证件', 'Add')}
        cancel={`/console/people/${person.id}`}
      >
        <Field
          label={w('证件类型', 'Document')}
          name="id_type"
          type="select"
          value={values.id_type}
          required
          options={choices(ID_TYPES, frame.lang)}
        />
        <Field
          label={w('证件号码', 'ID number')}
          name="id_number"
          value={values.id_number}
          required
          attributes={{ autocomplete: 'off', spellcheck: 'false' }}
        />
        <Field
          label={w('作为现用证件', 'Use as the current document')}
          name="current"
          type="radio"
          value={values.current ?? 'false'}
          options={[
            { value: 'false', label: w('否', 'No') },
            { value: 'true', label: w('是', 'Yes') },
          ]}
        />
        <Field label={w('登记理由', 'Reason')} name="reason" type="textarea" value={values.reason} required />
      </Form>
    </AboutPerson>
  )
}
