/** Promotions: the list, one with its reasons and decision, and proposing them by a rule. */
import type { z } from 'zod'
import type { promotionShape } from '../../src/competitions/promotion-shapes.ts'
import { LEVELS } from '../../src/people/rules.ts'
import { inLanguage, type Lang, type Message } from '../../src/platform/errors.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Empty, Facts, Tag, type Tone } from '../parts.tsx'
import { Filters, Pager, Results, Table } from '../table.tsx'
import { words } from '../words.ts'

type PromotionView = z.output<typeof promotionShape>

const STATES: Record<PromotionView['state'], Message & { tone: Tone }> = {
  proposed: { zh: '待审定', en: 'To decide', tone: 'warn' },
  approved: { zh: '待发证', en: 'To issue', tone: 'warn' },
  rejected: { zh: '不予晋升', en: 'Rejected', tone: 'plain' },
  withdrawn: { zh: '已撤回', en: 'Withdrawn', tone: 'plain' },
  issued: { zh: '已发证', en: 'Issued', tone: 'good' },
  to_revoke: { zh: '名次已更正，须撤销证书', en: 'Rank corrected: revoke the certificate', tone: 'bad' },
}

export interface PromotionsProps {
  frame: Frame
  items: PromotionView[]
  state: PromotionView['state'] | ''
  next: string | null
}

export function Promotions({ frame, items, state, next }: PromotionsProps) {
  const w = words(frame.lang)
  return (
    <Page {...frame} heading={w('竞赛晋升', 'Promotions')}>
      <Filters action="/console/promotions">
        <Field
          label={w('状态', 'State')}
          name="state"
          type="select"
          value={state}
          options={[
            { value: '', label: w('全部', 'All') },
            ...Object.entries(STATES).map(([value, { zh, en }]) => ({ value, label: w(zh, en) })),
          ]}
        />
      </Filters>
      <Results>
        <Table
          caption={w('晋升建议', 'Promotions')}
          empty={
            <Empty
              title={w(
                '没有晋升建议。名次公布后，由主办方在项目的“名次”页提出。',
                'No promotions. The organiser proposes them from a published ranking.',
              )}
            />
          }
          columns={[
            { key: 'person', label: w('姓名', 'Name') },
            { key: 'event', label: w('竞赛项目', 'Event') },
            { key: 'rank', label: w('名次', 'Rank'), numeric: true },
            { key: 'level', label: w('等级', 'Level') },
            { key: 'assessor', label: w('评价机构', 'Assessor') },
            { key: 'state', label: w('状态', 'State') },
          ]}
          rows={items.map((row) => ({
            cells: {
              person: <a href={`/console/promotions/${row.id}`}>{row.person_name}</a>,
              event: `${row.competition_name} · ${row.event_name}`,
              rank: row.rank,
              level: levels(row, frame.lang),
              assessor: row.assessor_name,
              state: <State row={row} lang={frame.lang} />,
            },
          }))}
        />
        <Pager next={next} />
      </Results>
    </Page>
  )
}

export interface PromotionPageProps {
  frame: Frame
  promotion: PromotionView
  may_decide: boolean
  today: string
  values: Record<string, string>
  errors: FormError[]
}

export function PromotionPage({ frame, promotion, may_decide, today, values, errors }: PromotionPageProps) {
  const w = words(frame.lang)
  const here = `/console/promotions/${promotion.id}`
  return (
    <Page
      {...frame}
      heading={promotion.person_name}
      tag={{ tone: STATES[promotion.state].tone, text: inLanguage(frame.lang, STATES[promotion.state]) }}
      back={{ href: '/console/promotions', label: w('竞赛晋升', 'Promotions') }}
    >
      <Card>
        <Facts
          items={[
            { label: w('证件号码', 'Document'), value: promotion.id_number_masked },
            { label: w('竞赛项目', 'Event'), value: `${promotion.competition_name} · ${promotion.event_name}` },
            { label: w('名次', 'Rank'), value: `${promotion.rank}${promotion.award ? ` ${promotion.award}` : ''}` },
            { label: w('职业', 'Occupation'), value: promotion.occupation_name },
            { label: w('等级', 'Level'), value: levels(promotion, frame.lang) },
            {
              label: w('现有证书', 'Certificate held'),
              value: promotion.from_certificate_id ? (
                <a href={`/console/certificates/${promotion.from_certificate_id}`}>{w('查看', 'See it')}</a>
              ) : (
                '—'
              ),
            },
            { label: w('依据', 'Rule'), value: `${promotion.rule_name}（${promotion.citation}）` },
            { label: w('意见', 'Reason'), value: promotion.reason ?? '—' },
            {
              label: w('证书', 'Certificate'),
              value: promotion.certificate_id ? (
                <a href={`/console/certificates/${promotion.certificate_id}`}>{promotion.certificate_number}</a>
              ) : (
                '—'
              ),
            },
          ]}
        />
      </Card>
      <Table
        caption={w('逐项核对', 'Every demand of the rule')}
        empty={<Empty title={w('没有要求。', 'No demands.')} />}
        columns={[
          { key: 'required', label: w('要求', 'Asked') },
          { key: 'found', label: w('情况', 'Found') },
          { key: 'met', label: w('是否符合', 'Met') },
        ]}
        rows={promotion.reasons.map(({ required, found, met }) => ({
          cells: {
            required,
            found,
            met: <Tag tone={met ? 'good' : 'plain'}>{met ? w('符合', 'Met') : w('不符合', 'Not met')}</Tag>,
          },
        }))}
      />
      {may_decide && promotion.state === 'proposed' && (
        <Card title={w('审定', 'Decision')}>
          <Form action={`${here}/decision`} errors={errors} submit={w('提交审定', 'Decide')}>
            <Field
              label={w('结论', 'Decision')}
              name="approved"
              type="select"
              required
              value={values.approved}
              options={[
                { value: '', label: w('请选择', 'Choose') },
                { value: 'true', label: w('同意晋升', 'Approve') },
                { value: 'false', label: w('不予晋升', 'Reject') },
              ]}
            />
            <Field label={w('意见', 'Reason')} name="reason" type="textarea" required value={values.reason} />
          </Form>
        </Card>
      )}
      {may_decide && promotion.state === 'approved' && (
        <Card title={w('发证', 'Certificate')}>
          <Form action={`${here}/certificate`} errors={errors} submit={w('签发证书', 'Issue')}>
            <Field
              label={w('发证日期', 'Issued on')}
              name="issued_on"
              type="date"
              required
              value={values.issued_on ?? today}
            />
          </Form>
        </Card>
      )}
    </Page>
  )
}

function State({ row, lang }: { row: PromotionView; lang: Lang }) {
  return <Tag tone={STATES[row.state].tone}>{inLanguage(lang, STATES[row.state])}</Tag>
}

/** `四级/中级工 → 三级/高级工` */
function levels({ from_level, to_level }: PromotionView, lang: Lang): string {
  const held = from_level ? inLanguage(lang, LEVELS[from_level]!) : '—'
  return `${held} → ${inLanguage(lang, LEVELS[to_level]!)}`
}
