/** By which terms an assessor examines, and who examines a class. */
import { localDate } from '../../src/platform/calendar.ts'
import type { Terms } from '../../src/training/assessment-rules.ts'
import type { ClassView } from '../../src/training/shapes.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Empty, Notice, Tag } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'
import { termsWords } from './assessment.tsx'

export interface TermsProps {
  frame: Frame
  /** the latest first */
  items: (Terms & { recorded_by_name: string | null })[]
  fallback: Terms
  today: string
  values: Record<string, string>
  errors: FormError[]
}

export function TermsPage({ frame, items, fallback, today, values, errors }: TermsProps) {
  const w = words(frame.lang)
  const from = items[0] ?? fallback
  const on = (name: 'two_person_entry' | 'held_until_published') =>
    errors.length > 0 ? values[name] === 'true' : from[name]
  return (
    <Page {...frame} heading={w('考核办法', 'Terms of assessment')}>
      {items.length === 0 && (
        <Notice tone="warn">
          {w(
            `本机构还没有订立考核办法，按系统默认执行：${termsWords(fallback, frame.lang)}。默认值未见原文，请按本机构的办法订立。`,
            `You have stated none: the default of this system applies (${termsWords(fallback, frame.lang)}). No source was found for it; state your own.`,
          )}
        </Notice>
      )}
      <Table
        caption={w('考核办法', 'Terms')}
        empty={<Empty title={w('还没有订立。', 'None stated yet.')} />}
        columns={[
          { key: 'from', label: w('开班日起', 'Classes from') },
          { key: 'terms', label: w('内容', 'Terms') },
          { key: 'two', label: w('两人录入', 'Two people') },
          { key: 'held', label: w('公布前', 'Before publication') },
          { key: 'citation', label: w('依据', 'Source') },
          { key: 'by', label: w('登记人', 'Recorded by') },
        ]}
        rows={items.map((one) => ({
          cells: {
            from: one.valid_from,
            terms: termsWords(one, frame.lang),
            two: one.two_person_entry ? w('是', 'yes') : w('否', 'no'),
            held: one.held_until_published ? w('仅评价机构可见', 'the assessor only') : w('可见', 'shown'),
            citation: one.citation,
            by: one.recorded_by_name ?? '—',
          },
        }))}
      />
      <Card title={w('订立新的办法', 'State new terms')}>
        <p class="quiet">
          {w(
            '对生效日起开的班适用；已开的班按开班时的办法。',
            'They hold for classes that start from that day; others keep theirs.',
          )}
        </p>
        <Form action="/console/assessment-terms" errors={errors} submit={w('保存', 'Save')}>
          <Field
            label={w('生效日期', 'From')}
            name="valid_from"
            type="date"
            required
            value={values.valid_from ?? today}
            attributes={{ min: today }}
          />
          <Field
            label={w('合格单项保留月数', 'Months a passed part is kept')}
            name="kept_months"
            type="number"
            required
            value={values.kept_months ?? from.kept_months}
            hint={w('填 0 为不保留', '0: not at all')}
            attributes={{ min: 0, max: 120 }}
          />
          <Field
            label={w('每项最多考几次', 'Sittings of a part')}
            name="sittings"
            type="number"
            required
            value={values.sittings ?? from.sittings}
            hint={w('含第一次', 'the first one included')}
            attributes={{ min: 1, max: 20 }}
          />
          <Field
            label={w('公布后几天内可以申诉', 'Days for an appeal')}
            name="appeal_days"
            type="number"
            required
            value={values.appeal_days ?? from.appeal_days}
            attributes={{ min: 0, max: 90 }}
          />
          <Field
            type="checkbox"
            name="two_person_entry"
            label={w('成绩由两人分别录入', 'Two people enter the marks')}
            checked={on('two_person_entry')}
          />
          <Field
            type="checkbox"
            name="held_until_published"
            label={w('公布前只有评价机构能看到成绩', 'Results are ours alone until published')}
            checked={on('held_until_published')}
          />
          <Field
            label={w('依据', 'Source')}
            name="citation"
            required
            value={values.citation}
            hint={w('本机构哪份文件、第几条', 'which of your regulations, which clause')}
          />
        </Form>
      </Card>
    </Page>
  )
}

export interface ExaminersProps {
  frame: Frame
  group: ClassView
  examiners: { id: string; name: string; named_at: Date; employed_by_trainer: boolean; in_class: boolean }[]
  values: Record<string, string>
  errors: FormError[]
}

export function ExaminersPage({ frame, group, examiners, values, errors }: ExaminersProps) {
  const w = words(frame.lang)
  const here = `/console/classes/${group.id}/examiners`
  const releasing = 'examiner' in values
  return (
    <Page
      {...frame}
      heading={w('考评组', 'Examiners')}
      back={{ href: `/console/classes/${group.id}/results`, label: group.name }}
    >
      <p class="quiet">
        {w(
          '培训机构的人不考自己的学员。与培训机构在职人员或本班学员同名的会标出来，请核对是否同一人。',
          'Nobody examines whom they teach. A namesake at the trainer or in the class is flagged: look whether it is the same person.',
        )}
      </p>
      <Table
        caption={w('考评组', 'Examiners')}
        empty={<Empty title={w('还没有指定考评员。', 'Nobody is named yet.')} />}
        columns={[
          { key: 'name', label: w('姓名', 'Name') },
          { key: 'since', label: w('指定日期', 'Named on') },
          { key: 'against', label: w('利害关系', 'What speaks against') },
        ]}
        rows={examiners.map(({ name, named_at, employed_by_trainer, in_class }) => ({
          cells: {
            name,
            since: localDate(named_at),
            against: (
              <>
                {employed_by_trainer && (
                  <Tag tone="warn">{w('培训机构有同名的在职人员', 'A namesake works for the trainer')}</Tag>
                )}{' '}
                {in_class && <Tag tone="warn">{w('本班有同名的学员', 'A namesake sits in the class')}</Tag>}
                {!employed_by_trainer && !in_class && '—'}
              </>
            ),
          },
        }))}
      />
      <Card title={w('指定考评员', 'Name an examiner')}>
        <Form action={here} errors={releasing ? [] : errors} submit={w('加入考评组', 'Add')}>
          <Field label={w('姓名', 'Name')} name="name" required value={values.name} />
        </Form>
      </Card>
      {examiners.length > 0 && (
        <Card title={w('撤下考评员', 'Take an examiner off')}>
          <Form action={`${here}/release`} errors={releasing ? errors : []} submit={w('撤下', 'Take off')}>
            <Field
              label={w('考评员', 'Examiner')}
              name="examiner"
              type="select"
              required
              value={values.examiner}
              options={examiners.map(({ id, name }) => ({ value: id, label: name }))}
            />
            <Field label={w('原因', 'Reason')} name="reason" required value={values.reason} />
          </Form>
        </Card>
      )}
    </Page>
  )
}
