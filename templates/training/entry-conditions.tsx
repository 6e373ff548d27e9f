/** The conditions of a level: what of them a person of a class meets, and what is declared about somebody. */
import { inLanguage, type Lang } from '../../src/platform/errors.ts'
import { DECLARATIONS } from '../../src/training/entry-rules.ts'
import type { Declaration } from '../../src/training/entry-shapes.ts'
import { NO_RULE, unmetWords, warningWords } from '../../src/training/entry-words.ts'
import type { EnrolmentView } from '../../src/training/shapes.ts'
import { Confirm, Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Empty, Tag } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'

/** `符合`, or what is missing and what to do about it. */
export function Conditions({ lang, member, may_declare }: { lang: Lang; member: EnrolmentView; may_declare: boolean }) {
  const w = words(lang)
  const { entry } = member
  if (!entry) return '—'
  const unmet = unmetWords(entry)
  return (
    <>
      {entry.met === null && <Tag tone="plain">{w('未判断', 'Not judged')}</Tag>}
      {entry.met === true && <Tag tone="good">{w('符合', 'Met')}</Tag>}
      {unmet && <Tag tone="warn">{w('待核对', 'To check')}</Tag>}{' '}
      <small>
        {unmet && inLanguage(lang, unmet)}
        {entry.met === null && inLanguage(lang, NO_RULE)}
        {entry.warnings.map((warning) => ` ${inLanguage(lang, warningWords(warning))}`)}
      </small>
      {unmet && may_declare && (
        <>
          {' '}
          <a href={`/console/people/${member.person_id}/entry-declarations`}>
            {w('声明', 'Declare')}
            <span class="unseen">{member.person_name}</span>
          </a>
        </>
      )}
    </>
  )
}

export interface DeclarationsProps {
  frame: Frame
  person: { id: string; name: string }
  items: Declaration[]
  occupations: { code: string; name: string }[]
  may_declare: boolean
  values: Record<string, string>
  errors: FormError[]
}

export function Declarations({ frame, person, items, occupations, may_declare, values, errors }: DeclarationsProps) {
  const w = words(frame.lang)
  const here = `/console/people/${person.id}`
  return (
    <Page {...frame} heading={w('申报条件声明', 'Declarations')} back={{ href: here, label: person.name }}>
      <p class="hint">
        {w(
          '登记以前的从业经历、学徒、学历专业和职称，系统无法得知，由培训机构或用人单位凭证明声明；有证据不实的可以撤回。',
          'Work before the register, an apprenticeship, a major or a title are declared by the institution with their evidence, and taken back when they prove wrong.',
        )}
      </p>
      <Table
        caption={w('已声明', 'Declared')}
        empty={<Empty title={w('还没有声明。', 'Nothing is declared.')} />}
        columns={[
          { key: 'kind', label: w('事项', 'What') },
          { key: 'occupation', label: w('职业', 'Occupation') },
          { key: 'days', label: w('日期', 'Days') },
          { key: 'evidence', label: w('证明', 'Evidence') },
          { key: 'by', label: w('声明机构', 'By') },
          ...(may_declare ? [{ key: 'action', label: w('操作', 'Action') }] : []),
        ]}
        rows={items.map((one) => ({
          cells: {
            kind: inLanguage(frame.lang, DECLARATIONS[one.kind]),
            occupation: one.occupation_name,
            days: one.to_on ? `${one.from_on} – ${one.to_on}` : one.from_on,
            evidence: one.evidence ?? '—',
            by: one.organisation_name,
            action: <a href={`/console/entry-declarations/${one.id}/withdrawal`}>{w('撤回', 'Take back')}</a>,
          },
        }))}
      />
      {may_declare && (
        <Card title={w('新的声明', 'Declare')}>
          <Form action={`${here}/entry-declarations`} errors={errors} submit={w('声明', 'Declare')} cancel={here}>
            <Field
              label={w('事项', 'What')}
              name="kind"
              type="select"
              required
              value={values.kind}
              options={Object.entries(DECLARATIONS).map(([value, label]) => ({
                value,
                label: inLanguage(frame.lang, label),
              }))}
            />
            <Field
              label={w('职业', 'Occupation')}
              name="occupation_code"
              type="select"
              required
              value={values.occupation_code}
              options={occupations.map(({ code, name }) => ({ value: code, label: name }))}
            />
            <Field
              label={w('从业开始或取得的日期', 'First day of work, or the day it was reached')}
              name="from_on"
              type="date"
              required
              value={values.from_on}
            />
            <Field
              label={w('从业结束日期', 'Day after the last day of work')}
              name="to_on"
              type="date"
              value={values.to_on}
              hint={w('只有从业经历填写', 'Only for work')}
            />
            <Field
              label={w('证明', 'Evidence')}
              name="evidence"
              required
              value={values.evidence}
              hint={w('例如劳动合同、社保记录、毕业证书的编号', 'A contract, a record of insurance, a diploma number')}
            />
          </Form>
        </Card>
      )}
    </Page>
  )
}

export interface DeclarationWithdrawalProps {
  frame: Frame
  declaration: Declaration & { person_name: string }
  reason?: string | undefined
  errors: FormError[]
}

export function DeclarationWithdrawal({ frame, declaration, reason, errors }: DeclarationWithdrawalProps) {
  const w = words(frame.lang)
  const { id, person_id, person_name, kind, from_on } = declaration
  const back = `/console/people/${person_id}/entry-declarations`
  const what = inLanguage(frame.lang, DECLARATIONS[kind])
  return (
    <Page {...frame} heading={w('撤回声明', 'Take a declaration back')} back={{ href: back, label: person_name }}>
      <Confirm
        action={`/console/entry-declarations/${id}/withdrawal`}
        errors={errors}
        submit={w('撤回', 'Take back')}
        cancel={back}
        danger
        reason={{ label: w('原因', 'Reason'), value: reason }}
      >
        <p>
          {w(
            `${person_name}：${what}（${from_on}）。撤回后不再计入申报条件。`,
            `${person_name}: ${what} (${from_on}). It counts for nothing any more.`,
          )}
        </p>
      </Confirm>
    </Page>
  )
}
