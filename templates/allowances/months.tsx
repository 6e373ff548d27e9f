/** A person's months, the newest first: what each comes to and why, what is missing and by when, where the money is, and what was asked. */
import type { AllowanceMonth } from '../../src/allowances/month-rules.ts'
import type { Lang } from '../../src/platform/errors.ts'
import { type Frame, Page } from '../layout.tsx'
import { Card, Empty, Facts, Notice, Tag } from '../parts.tsx'
import { Pager, Results } from '../table.tsx'
import { useWords, words } from '../words.ts'
import { type ReasonItem, Reasons } from './line.tsx'
import { MonthLines } from './month-lines.tsx'
import { soonestWords } from './prospect-words.ts'
import { levelName, yuan } from './words.ts'

type Item = Omit<AllowanceMonth, 'reasons' | 'objections'> & {
  reasons: ReasonItem[]
  objections: {
    statement: string
    filed_at: string
    upheld: boolean | null
    answer: string | null
    answered_at: string | null
  }[]
  /** the same list, narrowed to what rests on one of its certificates or employments */
  rests_on: { kind: string; href: string }[]
}

export interface MonthsProps {
  frame: Frame
  person: { id: string; name: string; id_number_masked: string }
  own: boolean
  /** may open runs */
  officer: boolean
  /** where all months are, when only those of one piece of evidence, or of one scheme or month, are shown */
  narrowed: { href: string; to: 'evidence' | 'month' } | null
  months: Item[]
  unconfirmed: string[]
  next: string | null
  first: string | null
}

export function MonthsPage(props: MonthsProps) {
  const { frame, person, own, narrowed, months } = props
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={own ? w('我的津贴', 'My allowances') : w(`${person.name} 的津贴`, `Allowances of ${person.name}`)}
      back={own ? undefined : { href: `/console/people/${person.id}`, label: w('人员档案', 'Record') }}
    >
      {own && (
        <p class="links">
          <a href="/console/my-record">{w('我的证书与培训', 'My certificates and classes')}</a>{' '}
          <a href="/console/my-allowance-claims">{w('我的申领', 'My claims')}</a>{' '}
          <a href="/console/my-competitions">{w('我的竞赛', 'My competitions')}</a>
        </p>
      )}
      {narrowed && (
        <Notice tone="info">
          {narrowed.to === 'evidence'
            ? w('只列出以该证书或任职为依据的月份。', 'Only the months that rest on this certificate or employment.')
            : w('只列出所选政策和月份，按现在已知的事实试算。', 'Only what was chosen, by what is known now.')}{' '}
          <a href={narrowed.href}>{w('查看全部月份', 'All months')}</a>
        </Notice>
      )}
      {props.unconfirmed.map((detail) => (
        <Notice tone="warn">{detail}</Notice>
      ))}
      <Results>
        {months.length === 0 && (
          <Empty title={w('还没有可以计算津贴的月份。', 'No month yet that an allowance is computed for.')}>
            {w('在照护机构任职满一个月后，这里逐月列出。', 'After a month of employment in a facility it stands here.')}
          </Empty>
        )}
        {months.map((item, at) => (
          <MonthCard
            item={item}
            // what is asked is asked of the month: it stands with its first component
            first={months[at - 1]?.month !== item.month || months[at - 1]?.scheme_code !== item.scheme_code}
            {...{ own, officer: props.officer, lang: frame.lang, person_id: person.id }}
          />
        ))}
        <Pager next={props.next} first={props.first} />
      </Results>
    </Page>
  )
}

type CardProps = Pick<MonthsProps, 'own' | 'officer'> & { item: Item; first: boolean; lang: Lang; person_id: string }

function MonthCard({ item, first, own, officer, lang, person_id }: CardProps) {
  const w = useWords()
  const unmet = item.reasons.filter((reason) => !reason.met)
  const yes = w('是', 'Yes')
  const facts = [
    { label: w('结论', 'Outcome'), value: <Outcome item={item} unmet={unmet.length} /> },
    { label: w('机构', 'Facility'), value: item.organisation_name ?? '—' },
    { label: w('等级', 'Level'), value: levelName(item.level, lang) },
    { label: w('按现有记录', 'By what is known now'), value: yuan(item.entitlement_fen) },
    { label: w('已入账', 'Booked'), value: item.booked_fen === null ? '—' : yuan(item.booked_fen) },
    ...(item.difference_fen === 0
      ? []
      : [
          {
            label: w('差额，随下一批次补发或追回', 'Difference, in the next run'),
            value: <strong>{yuan(item.difference_fen)}</strong>,
          },
        ]),
    ...(unmet.length > 0 ? [{ label: w('何时可发', 'When'), value: soonestWords(item.soonest, lang) }] : []),
  ]
  return (
    <Card
      title={titleOf(item)}
      actions={
        own &&
        first &&
        item.may_object && (
          <a class="button" href={`/console/my-allowances/${item.scheme_code}/${item.month}/objection`}>
            {w('有异议', 'Object')}
            <span class="unseen">{item.month}</span>
          </a>
        )
      }
    >
      <Facts items={facts} />
      {unmet.length > 0 && (
        <ul>
          {unmet.map(({ title, required, found, prospect }) => (
            <li>
              {required === yes
                ? w(`${title}：未满足。`, `${title}: not met.`)
                : w(`${title}：要求${required}，查到${found}。`, `${title}: asked ${required}, found ${found}.`)}
              {prospect && <strong> {prospect}</strong>}
            </li>
          ))}
        </ul>
      )}
      {item.lines.length > 0 && <MonthLines {...{ item, officer, lang, person_id }} />}
      {first && item.objections.map((objection) => <Asked objection={objection} />)}
      {own && first && item.object_until && (
        <p class="quiet">
          {w(
            `对本月的异议应在 ${item.object_until} 及以前提出。`,
            `Objections to this month until ${item.object_until}.`,
          )}
        </p>
      )}
      <details>
        <summary>
          {w('逐项依据', 'Every condition')}
          <span class="unseen">{titleOf(item)}</span>
        </summary>
        {!own && item.rests_on.length > 0 && (
          <p class="links">
            {item.rests_on
              .filter(({ href }, at, all) => all.findIndex((one) => one.href === href) === at)
              .map(({ kind, href }) => (
                <a href={href}>
                  {kind === 'certificate'
                    ? w('该证书支持的月份', 'Months of this certificate')
                    : w('该任职的月份', 'Months of this employment')}
                </a>
              ))}
          </p>
        )}
        <Reasons reasons={item.reasons} lang={lang} />
      </details>
    </Card>
  )
}

function titleOf({ month, scheme_name, component, component_title }: Item): string {
  return component === 'monthly' ? `${month} ${scheme_name}` : `${month} ${scheme_name} ${component_title}`
}

function Outcome({ item, unmet }: { item: Item; unmet: number }) {
  const w = useWords()
  if (item.outcome === 'payable') return <Tag tone="good">{w('符合条件', 'Payable')}</Tag>
  return <Tag tone="bad">{w(`不予发放：${unmet} 项未满足`, `Refused: ${unmet} not met`)}</Tag>
}

function Asked({ objection }: { objection: Item['objections'][number] }) {
  const w = useWords()
  const { statement, filed_at, upheld, answer, answered_at } = objection
  return (
    <p>
      <Tag tone={upheld === null ? 'info' : upheld ? 'good' : 'plain'}>
        {upheld === null ? w('异议待答复', 'Waits') : upheld ? w('异议成立', 'Upheld') : w('异议不成立', 'Dismissed')}
      </Tag>{' '}
      {w(`${filed_at} 提出：${statement}`, `Filed ${filed_at}: ${statement}`)}
      {answered_at && (
        <>
          <br />
          {w(`${answered_at} 答复：${answer}`, `Answered ${answered_at}: ${answer}`)}
        </>
      )}
    </p>
  )
}
