/** The publicity of a run as officers work on it: opening, objections and answers, closing. */
import type { ObjectionView, PublicityView } from '../../src/allowances/publicity-shapes.ts'
import { addDays } from '../../src/platform/calendar.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Empty, Facts, Notice, Tag } from '../parts.tsx'
import { useWords, words } from '../words.ts'
import { AnswerForm, answerFacts } from './objection-answer.tsx'
import { yuan } from './words.ts'

type Objection = Omit<ObjectionView, 'filed_at' | 'answered_at'> & { filed_at: string; answered_at: string | null }

export interface PublicityProps {
  frame: Frame
  run: { id: string; month: string; district_name: string; scheme_name: string; status: string }
  publicity: (Omit<PublicityView, 'closed_at'> & { closed_at: string | null }) | null
  /** its last day has passed */
  over: boolean
  objections: Objection[]
  /** of one objection, when its reason was recorded */
  objector: { id: string; name: string; phone: string } | null
  may_act: boolean
  today: string
  /** the objection whose form was refused */
  of: string | null
  values: Record<string, string>
  errors: FormError[]
}

export function Publicity(props: PublicityProps) {
  const { frame, run, publicity, over, objections, may_act, today, of, values, errors } = props
  const w = words(frame.lang)
  const here = `/console/runs/${run.id}/publicity`
  const back = { href: `/console/runs/${run.id}`, label: `${run.month} ${run.district_name} ${run.scheme_name}` }
  return (
    <Page {...frame} heading={w('公示', 'Publicity')} back={back}>
      {!publicity && !may_act && <Empty title={w('本批次没有公示。', 'The list was not published.')} />}
      {!publicity && may_act && run.status !== 'reviewed' && (
        <Empty title={w('只有审核通过的批次可以公示。', 'Only a reviewed run is published.')} />
      )}
      {!publicity && may_act && run.status === 'reviewed' && (
        <Card title={w('公示名单', 'Publish the list')}>
          <Notice tone="warn">
            {w(
              '公示后名单固定，不能更换；公示期间不能审批。姓名遮盖，不显示证件号码。',
              'The list is fixed and not replaced, and the run is not approved meanwhile. Names are masked, documents not shown.',
            )}
          </Notice>
          <Form action={here} errors={errors} submit={w('公示', 'Publish')}>
            <Field
              label={w('自哪天起', 'From')}
              name="starts_on"
              type="date"
              required
              value={values.starts_on ?? today}
            />
            <Field
              label={w('天数', 'Days')}
              name="days"
              type="number"
              value={values.days ?? 7}
              attributes={{ min: 1 }}
            />
            <Field
              label={w('按', 'Counted in')}
              name="day_kind"
              type="radio"
              value={values.day_kind ?? 'working'}
              options={[
                { value: 'working', label: w('工作日（调休照算）', 'working days') },
                { value: 'calendar', label: w('自然日', 'calendar days') },
              ]}
            />
            <Field
              label={w('公示地点', 'Place')}
              name="place"
              required
              value={values.place}
              hint={w('如区民政局网站、机构公告栏', 'a website or a notice board')}
            />
          </Form>
        </Card>
      )}
      {publicity && (
        <>
          {of === null && errors.map(({ message }) => <Notice tone="bad">{message}</Notice>)}
          {!publicity.holidays_known && (
            <Notice tone="warn">
              {w(
                '其中有的年份还没有公布节假日安排，只扣除了周末。',
                'The holidays of a year were not announced yet: only weekends were left out.',
              )}
            </Notice>
          )}
          <Card
            title={w('公示名单', 'The list')}
            actions={
              may_act &&
              !publicity.closed_at && (
                <form method="post" action={`${here}/closing`}>
                  <button type="submit" class="button primary">
                    {w('结束公示', 'Close')}
                  </button>
                </form>
              )
            }
          >
            <Facts
              items={[
                {
                  label: w('期限', 'From and to'),
                  value: `${publicity.starts_on} – ${addDays(publicity.ends_on, -1)} · ${publicity.days} ${publicity.day_kind === 'working' ? w('个工作日', 'working days') : w('天', 'days')}`,
                },
                {
                  label: w('状态', 'State'),
                  value: publicity.closed_at ? (
                    <Tag tone="good">{w(`已结束 ${publicity.closed_at}`, `closed ${publicity.closed_at}`)}</Tag>
                  ) : over ? (
                    <Tag tone="warn">{w('期满，待结束', 'over, to be closed')}</Tag>
                  ) : (
                    <Tag tone="info">{w('公示中', 'public')}</Tag>
                  ),
                },
                { label: w('人数', 'People'), value: publicity.line_count },
                { label: w('金额', 'Amount'), value: yuan(publicity.total_fen) },
                { label: w('地点', 'Place'), value: publicity.place },
                { label: w('公开网页', 'Public page'), value: <a href={`/p/${publicity.id}`}>/p/{publicity.id}</a> },
                { label: w('名单摘要', 'SHA-256'), value: <code>{publicity.sha256}</code> },
              ]}
            />
          </Card>
          {objections.length === 0 && <Empty title={w('没有异议。', 'No objection.')} />}
          {objections.map((objection) => (
            <ObjectionCard
              {...props}
              here={`${here}/objections/${objection.id}`}
              objection={objection}
              failed={of === objection.id}
            />
          ))}
        </>
      )}
    </Page>
  )
}

function ObjectionCard({
  objection,
  objector,
  here,
  failed,
  may_act,
  values,
  errors,
}: PublicityProps & { objection: Objection; here: string; failed: boolean }) {
  const w = useWords()
  const line =
    objection.position === null
      ? w('整份名单', 'the list')
      : w(`第 ${objection.position} 行`, `line ${objection.position}`)
  return (
    <Card title={w(`异议 · ${line}`, `Objection · ${line}`)}>
      <Facts
        items={[
          { label: w('提出', 'Lodged'), value: objection.filed_at },
          { label: w('内容', 'Statement'), value: objection.statement },
          ...(objection.person_id
            ? [
                {
                  label: w('涉及', 'About'),
                  value: <a href={`/console/people/${objection.person_id}`}>{w('人员档案', 'the record')}</a>,
                },
              ]
            : []),
          ...(objector?.id === objection.id
            ? [{ label: w('异议人', 'Objector'), value: `${objector.name} ${objector.phone}` }]
            : []),
          ...answerFacts(objection, w),
        ]}
      />
      {may_act && objector?.id !== objection.id && (
        <details>
          <summary>{w('查看异议人（须写明理由）', 'Show the objector, with a reason')}</summary>
          <Form action={`${here}/disclosure`} errors={failed ? errors : []} submit={w('查看', 'Show')}>
            <Field
              id={`reason-${objection.id}`}
              label={w('理由', 'Reason')}
              name="reason"
              required
              value={failed ? values.reason : ''}
            />
          </Form>
        </details>
      )}
      {may_act && objection.upheld === null && (
        <AnswerForm
          action={`${here}/answer`}
          id={objection.id}
          upheld={w('成立（批次须驳回重算）', 'yes: the run is rejected and computed again')}
          values={failed ? values : {}}
          errors={failed ? errors : []}
        />
      )}
    </Card>
  )
}
