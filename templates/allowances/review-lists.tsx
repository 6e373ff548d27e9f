/** What a reviewer goes through line by line: what looks odd, answered, and the sample, looked into. */
import { FINDINGS, type FindingKind, type Step, sameStep, VERDICTS } from '../../src/allowances/review-rules.ts'
import type { FindingRow, ReviewView, SampleLine } from '../../src/allowances/review-shapes.ts'
import { FACILITY_KINDS } from '../../src/organisations/rules.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { Field, Form } from '../form.tsx'
import { Card, Empty, Facts, Tag } from '../parts.tsx'
import { Pager, Table } from '../table.tsx'
import { useWords } from '../words.ts'
import type { ReviewProps } from './review.tsx'
import { evidenceWords } from './review-words.ts'
import { pageOfLine, yuan } from './words.ts'

export function Findings({
  frame,
  run,
  review,
  own_steps,
  findings,
  next,
  refused,
  values,
  ticked,
  errors,
  here,
}: ReviewProps & { here: string }) {
  const w = useWords()
  const open = findings.filter((one) => one.verdict === null && own_steps.some((step) => sameStep(one, step as Step)))
  const table = (rows: FindingRow[], select?: string) => (
    <Table
      caption={w('自动检查的疑点', 'Findings')}
      empty=""
      select={select}
      columns={[
        { key: 'kind', label: w('疑点', 'Finding') },
        { key: 'who', label: w('人员', 'Person') },
        { key: 'where', label: w('机构', 'Facility') },
        { key: 'evidence', label: w('依据', 'Evidence') },
        { key: 'answer', label: w('答复', 'Answer') },
      ]}
      rows={rows.map((one) => ({
        id: one.id,
        ticked: ticked.includes(one.id),
        label: `${inLanguage(frame.lang, FINDINGS[one.kind as FindingKind])} ${one.person_name ?? one.organisation_name ?? ''}`,
        cells: {
          kind: inLanguage(frame.lang, FINDINGS[one.kind as FindingKind]),
          who: one.person_id ? (
            <a
              href={`/console/runs/${run.id}/lines/${one.person_id}/${one.month}`}
            >{`${one.person_name} ${one.month}`}</a>
          ) : (
            w('全机构', 'the facility')
          ),
          where: one.organisation_name ?? '—',
          evidence: evidenceWords(one.kind as FindingKind, one.evidence, frame.lang),
          answer: one.verdict ? (
            <>
              <Tag tone={one.verdict === 'held' ? 'warn' : 'good'}>
                {inLanguage(frame.lang, VERDICTS[one.verdict as keyof typeof VERDICTS])}
              </Tag>{' '}
              {`${one.reason} · ${one.decided_by}`}
            </>
          ) : (
            <Tag tone="warn">{w('待答复', 'open')}</Tag>
          ),
        },
      }))}
    />
  )
  const rest = findings.filter((one) => !open.includes(one))
  return (
    <Card
      title={w(
        `自动检查：${review.findings} 条疑点，${review.open_findings} 条待答复`,
        `Checks: ${review.findings} found, ${review.open_findings} open`,
      )}
    >
      {findings.length === 0 && <Empty title={w('没有查出疑点。', 'Nothing was found.')} />}
      {open.length > 0 && (
        <Form
          action={`${here}/findings`}
          errors={refused === 'findings' ? errors : []}
          submit={w('答复所选疑点', 'Answer')}
        >
          {table(open, 'finding_ids')}
          <Field
            label={w('结论', 'Verdict')}
            name="verdict"
            type="radio"
            required
            value={refused === 'findings' ? values.verdict : ''}
            options={[
              { value: 'cleared', label: w('核实无误', 'cleared') },
              { value: 'held', label: w('暂缓发放相关明细', 'the lines are held back') },
            ]}
          />
          <Field
            id="finding-reason"
            label={w('理由', 'Reason')}
            name="reason"
            required
            value={refused === 'findings' ? values.reason : ''}
          />
        </Form>
      )}
      {rest.length > 0 && table(rest)}
      <Pager next={next} first={null} />
    </Card>
  )
}

export function Sample({
  frame,
  run,
  own_steps,
  sampled,
  sample,
  drawing,
  refused,
  values,
  ticked,
  errors,
  here,
}: ReviewProps & { sampled: NonNullable<ReviewView['sample']>; here: string }) {
  const w = useWords()
  const kind = (code: string | null) =>
    code ? inLanguage(frame.lang, FACILITY_KINDS[code as keyof typeof FACILITY_KINDS]) : '—'
  const table = (rows: SampleLine[], select?: string) => (
    <Table
      caption={w('抽查名单', 'Sample')}
      empty=""
      select={select}
      columns={[
        { key: 'who', label: w('收款人', 'Payee') },
        { key: 'where', label: w('机构', 'Facility') },
        { key: 'kind', label: w('类型', 'Kind') },
        { key: 'lot', label: w('签号', 'Lot'), numeric: true },
        { key: 'amount', label: w('金额', 'Amount'), numeric: true },
        { key: 'result', label: w('结果', 'Result') },
      ]}
      rows={rows.map((one) => ({
        id: keyOf(one),
        ticked: ticked.includes(keyOf(one)),
        label: `${one.person_name} ${one.month}`,
        cells: {
          who: <a href={pageOfLine(run.id, one)}>{`${one.person_name} ${one.month}`}</a>,
          where: one.organisation_name ?? '—',
          kind: kind(one.facility_kind),
          lot: `${one.lot} / ${one.of}`,
          amount: yuan(one.amount_fen),
          result:
            one.passed === null ? (
              <Tag tone="warn">{w('待登记', 'open')}</Tag>
            ) : (
              <>
                <Tag tone={one.passed ? 'good' : 'bad'}>
                  {one.passed ? w('合格', 'passed') : w('不合格，已暂缓', 'failed, held')}
                </Tag>{' '}
                {`${one.note} · ${one.decided_by}`}
              </>
            ),
        },
      }))}
    />
  )
  const open = sample.filter((one) => one.passed === null && own_steps.some((step) => sameStep(one, step as Step)))
  const rest = sample.filter((one) => !open.includes(one))
  return (
    <Card
      title={w(
        `抽查：抽中 ${sampled.lines} 笔，已登记 ${sampled.inspected} 笔，不合格 ${sampled.failed} 笔`,
        `Sample: ${sampled.lines} drawn, ${sampled.inspected} looked into, ${sampled.failed} failed`,
      )}
    >
      <Facts
        items={[
          {
            label: w('比例', 'Share'),
            value: w(
              `每一步的每类机构 ${sampled.percent} %，至少 1 笔`,
              `${sampled.percent} % of each kind in each step, one at least`,
            ),
          },
          { label: w('种子', 'Seed'), value: <code>{sampled.seed}</code> },
        ]}
      />
      <p class="quiet">{drawing}</p>
      {open.length > 0 && (
        <Form
          action={`${here}/sample`}
          errors={refused === 'sample' ? errors : []}
          submit={w('登记抽查结果', 'Record')}
        >
          {table(open, 'lines')}
          <Field
            label={w('结果', 'Result')}
            name="passed"
            type="radio"
            required
            value={refused === 'sample' ? values.passed : ''}
            options={[
              { value: 'true', label: w('合格', 'passed') },
              { value: 'false', label: w('不合格（暂缓发放）', 'failed: the line is held back') },
            ]}
          />
          <Field
            label={w('现场情况', 'What was found')}
            name="note"
            required
            value={refused === 'sample' ? values.note : ''}
          />
        </Form>
      )}
      {rest.length > 0 && table(rest)}
    </Card>
  )
}

/** As the form sends a ticked line. */
function keyOf({ person_id, organisation_id, month, component }: SampleLine): string {
  return `${person_id ?? `${OF_ORGANISATION}${organisation_id}`} ${month} ${component}`
}
export const OF_ORGANISATION = 'organisation:'
