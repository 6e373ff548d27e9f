/** Lines paid to organisations, each with what counts and what does not; those of a run. */
import type { Child } from 'hono/jsx'
import { LEFT_OUT, type LeftOut } from '../../src/allowances/organisation-components.ts'
import type { OrganisationLine } from '../../src/allowances/organisation-shapes.ts'
import { LINE_KINDS, type LineKind, RUN_STATUSES, type RunStatus } from '../../src/allowances/rules.ts'
import { POSTS } from '../../src/people/rules.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Tag } from '../parts.tsx'
import { Pager, Results, Table } from '../table.tsx'
import { words } from '../words.ts'
import { levelName, yuan } from './words.ts'

export interface RunOrganisationsProps {
  frame: Frame
  run: { id: string; month: string; district_name: string; scheme_name: string }
  lines: OrganisationLine[]
  next: string | null
  first: string | null
  may_hold: boolean
  /** the line whose hold was refused: organisation, month and component; what was typed, and why */
  refused: string | null
  values: Record<string, string>
  errors: FormError[]
}

export function RunOrganisations(props: RunOrganisationsProps) {
  const { frame, run, lines, next, first } = props
  const w = words(frame.lang)
  const back = { href: `/console/runs/${run.id}`, label: `${run.month} ${run.district_name} ${run.scheme_name}` }
  return (
    <Page {...frame} heading={w('支付给机构的明细', 'Lines paid to organisations')} back={back}>
      <Results>
        <OrganisationLines frame={frame} lines={lines} of_run holdOf={holdForms(props)} />
        <Pager next={next} first={first} />
      </Results>
    </Page>
  )
}

/** What opens below a line that can be held back. */
function holdForms({ frame, run, may_hold, refused, values, errors }: RunOrganisationsProps) {
  const w = words(frame.lang)
  return ({ organisation_id, month, component, amount_fen, held }: OrganisationLine) => {
    if (!may_hold || held || amount_fen <= 0) return
    const failed = refused === `${organisation_id} ${month} ${component}`
    return (
      <Form
        action={`/console/runs/${run.id}/organisations/${organisation_id}/${month}/hold?component=${component}`}
        errors={failed ? errors : []}
        submit={w('暂缓这一笔', 'Hold back')}
      >
        <Field
          id={`hold-${organisation_id}-${month}-${component}`}
          label={w('理由', 'Reason')}
          name="reason"
          required
          value={failed ? values.reason : ''}
        />
      </Form>
    )
  }
}

/** Of a run, or of one organisation. */
export function OrganisationLines({
  frame,
  lines,
  of_run = false,
  holdOf,
}: {
  frame: Frame
  lines: OrganisationLine[]
  of_run?: boolean
  holdOf?: (line: OrganisationLine) => Child
}) {
  const w = words(frame.lang)
  return (
    <Table
      caption={w('机构明细', 'Lines of organisations')}
      empty={w('没有支付给机构的明细。', 'There are no lines paid to organisations.')}
      details={holdOf && w('暂缓', 'Hold back')}
      columns={[
        of_run
          ? { key: 'organisation', label: w('机构', 'Organisation') }
          : { key: 'scheme', label: w('政策', 'Scheme') },
        { key: 'component', label: w('项目', 'Component') },
        { key: 'month', label: w('月份', 'Month') },
        { key: 'kind', label: w('类型', 'Kind') },
        { key: 'due', label: w('当月应得', 'Due'), numeric: true },
        { key: 'amount', label: w('本次金额', 'This line'), numeric: true },
        { key: 'evidence', label: w('依据', 'Evidence') },
        ...(of_run ? [] : [{ key: 'run', label: w('批次', 'Run') }]),
      ]}
      rows={lines.map((line) => ({
        label: `${line.organisation_name} ${line.month}`,
        detail: holdOf?.(line),
        cells: {
          organisation: (
            <a href={`/console/organisations/${line.organisation_id}/allowances`}>{line.organisation_name}</a>
          ),
          scheme: line.scheme_name,
          component: inLanguage(frame.lang, { zh: line.title, en: line.title_en }),
          month: line.month,
          kind: (
            <>
              {inLanguage(frame.lang, LINE_KINDS[line.kind as LineKind])}{' '}
              {line.held && <Tag tone="warn">{w('暂缓', 'held back')}</Tag>}
            </>
          ),
          due: yuan(line.entitlement_fen),
          amount: yuan(line.amount_fen),
          evidence: <Evidence frame={frame} line={line} />,
          run: `${line.run_month} ${inLanguage(frame.lang, RUN_STATUSES[line.run_status as RunStatus])}`,
        },
      }))}
    />
  )
}

function Evidence({ frame, line }: { frame: Frame; line: OrganisationLine }) {
  const w = words(frame.lang)
  const counted = line.evidence.filter(({ why }) => why === null).length
  return (
    <details>
      <summary>
        {w(`${counted} 项计入，共 ${line.evidence.length} 项`, `${counted} of ${line.evidence.length} count`)}
      </summary>
      <ul>
        {line.evidence.map((one) => (
          <li>
            {one.person_id ? <a href={`/console/people/${one.person_id}`}>{one.person_name}</a> : '—'} {one.on_day}{' '}
            {one.kind === 'certificate'
              ? `${one.number ?? ''} ${levelName(one.level, frame.lang)}`
              : postName(one.post, frame)}{' '}
            {one.why ? inLanguage(frame.lang, LEFT_OUT[one.why as LeftOut]) : yuan(one.amount_fen ?? 0)}
          </li>
        ))}
      </ul>
    </details>
  )
}

function postName(post: string | null, { lang }: Frame): string {
  const name = post ? POSTS[post as keyof typeof POSTS] : undefined
  return name ? inLanguage(lang, name) : ''
}
