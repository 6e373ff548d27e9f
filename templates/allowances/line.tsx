/** One person and month of a run: every condition with what was asked, what was found and where it is written, and the sum. */

import { LINE_KINDS, type LineKind } from '../../src/allowances/rules.ts'
import { inLanguage, type Lang } from '../../src/platform/errors.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Facts, Tag } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'
import { Confidence } from './scheme-parts.tsx'
import { levelName, yuan } from './words.ts'

export interface ReasonItem {
  title: string
  met: boolean
  required: string
  found: string
  evidence: { text: string; href: string | null }[]
  citation: string
  confidence: string
  earliest_month: string | null
  /** empty when it is met */
  prospect: string
}

export interface LineProps {
  frame: Frame
  run: { id: string; month: string; district_name: string; scheme_name: string; scheme_version: number }
  line: {
    person_id: string
    person_name: string
    id_number_masked: string
    organisation_name: string | null
    month: string
    component: string
    component_title: string
    kind: string
    outcome: string
    level: number | null
    entitlement_fen: number
    previous_fen: number | null
    amount_fen: number
    held: boolean
  }
  reasons: ReasonItem[]
  /** the reader may hold it back, and it is not held */
  may_hold: boolean
  values: Record<string, string>
  errors: FormError[]
}

export function LinePage({ frame, run, line, reasons, may_hold, values, errors }: LineProps) {
  const w = words(frame.lang)
  const missed = reasons.filter((reason) => !reason.met).length
  return (
    <Page
      {...frame}
      heading={w(`${line.person_name} ${line.month} 的依据`, `${line.person_name}, ${line.month}: why`)}
      tag={
        line.outcome === 'payable'
          ? { tone: 'good', text: w('应发', 'Payable') }
          : { tone: 'bad', text: w(`不予发放：${missed} 项未满足`, `Refused: ${missed} not met`) }
      }
      back={{ href: `/console/runs/${run.id}`, label: `${run.month} ${run.district_name}` }}
    >
      <Card>
        <Facts
          items={[
            {
              label: w('人员', 'Person'),
              value: <a href={`/console/people/${line.person_id}`}>{`${line.person_name} ${line.id_number_masked}`}</a>,
            },
            { label: w('机构', 'Facility'), value: line.organisation_name ?? '—' },
            { label: w('等级', 'Level'), value: levelName(line.level, frame.lang) },
            { label: w('类型', 'Kind'), value: inLanguage(frame.lang, LINE_KINDS[line.kind as LineKind]) },
            {
              label: w('政策', 'Scheme'),
              value: w(`${run.scheme_name} 第 ${run.scheme_version} 版`, `${run.scheme_name} v${run.scheme_version}`),
            },
            ...(line.component === 'monthly' ? [] : [{ label: w('项目', 'Component'), value: line.component_title }]),
            { label: w('金额', 'Amount'), value: <Sum {...line} /> },
            ...(line.held
              ? [
                  {
                    label: w('状态', 'State'),
                    value: (
                      <a href={`/console/runs/${run.id}/review`}>
                        {w('暂缓，不在本批次发放', 'held back: not paid with this run')}
                      </a>
                    ),
                  },
                ]
              : []),
          ]}
        />
      </Card>
      <Reasons reasons={reasons} lang={frame.lang} />
      {may_hold && (
        <Card title={w('暂缓这一笔', 'Hold this line back')}>
          <Form
            action={`/console/runs/${run.id}/lines/${line.person_id}/${line.month}/hold?component=${line.component}`}
            errors={errors}
            submit={w('暂缓', 'Hold back')}
          >
            <Field
              label={w('理由', 'Reason')}
              name="reason"
              required
              value={values.reason}
              hint={w('暂缓后不入账、不发放，解除后补发。', 'It is neither booked nor paid until it is released.')}
            />
          </Form>
        </Card>
      )}
    </Page>
  )
}

/** Every condition, met or not, and when what is missing could be there. */
export function Reasons({ reasons, lang }: { reasons: ReasonItem[]; lang: Lang }) {
  const w = words(lang)
  return (
    <Table
      caption={w('条件', 'Conditions')}
      empty=""
      columns={[
        { key: 'title', label: w('条件', 'Condition') },
        { key: 'met', label: w('结论', 'Met') },
        { key: 'required', label: w('要求', 'Required') },
        { key: 'found', label: w('查到', 'Found') },
        { key: 'evidence', label: w('证据', 'Evidence') },
        { key: 'earliest', label: w('最早可满足', 'Earliest') },
        { key: 'citation', label: w('出处', 'Source') },
      ]}
      rows={reasons.map((reason) => ({
        cells: {
          title: reason.title,
          met: reason.met ? <Tag tone="good">{w('满足', 'Met')}</Tag> : <Tag tone="bad">{w('未满足', 'Not met')}</Tag>,
          required: reason.required,
          found: reason.found,
          evidence:
            reason.evidence.length === 0
              ? '—'
              : reason.evidence.map(({ text, href }) => <div>{href ? <a href={href}>{text}</a> : text}</div>),
          earliest: reason.prospect || '—',
          citation: (
            <>
              {reason.citation} <Confidence of={reason.confidence} />
            </>
          ),
        },
        marked: reason.met ? [] : ['found'],
      }))}
    />
  )
}

function Sum({ entitlement_fen, previous_fen, amount_fen }: LineProps['line']) {
  return previous_fen === null ? (
    <strong>{yuan(amount_fen)}</strong>
  ) : (
    <>
      {`${yuan(entitlement_fen)} − ${yuan(previous_fen)} = `}
      <strong>{yuan(amount_fen)}</strong>
    </>
  )
}
