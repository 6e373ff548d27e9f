/** Claims of a person with the form to file one, and the forms that correct or withdraw one. */
import { Field, Form, type FormError, type Option } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Tag } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'

interface Claim {
  id: string
  scheme_name: string
  component_title: string
  claimed_on: string
  organisation_name: string | null
  note: string | null
  deadline: string | null
  late: boolean
}

export interface ClaimsProps {
  frame: Frame
  person: { id: string; name: string }
  here: string
  own: boolean
  /** `mine`: filed by the reader, who may correct and withdraw it */
  claims: (Claim & { mine: boolean })[]
  /** none: the reader files no claims */
  choices: Option[]
  values: Record<string, string>
  errors: FormError[]
}

export function ClaimsPage({ frame, person, here, own, claims, choices, values, errors }: ClaimsProps) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={own ? w('我的申领', 'My claims') : w(`${person.name} 的申领`, `Claims of ${person.name}`)}
      back={
        own
          ? { href: '/console/my-allowances', label: w('我的津贴', 'My allowances') }
          : { href: `/console/people/${person.id}`, label: w('人员档案', 'Record') }
      }
    >
      <Card title={w('申领记录', 'Claims')}>
        <Table
          caption={w('申领记录', 'Claims')}
          columns={[
            { key: 'claimed_on', label: w('申领日期', 'Claimed on') },
            { key: 'scheme', label: w('政策', 'Scheme') },
            { key: 'component', label: w('项目', 'Component') },
            { key: 'by', label: w('提出', 'Filed by') },
            { key: 'note', label: w('备注', 'Note') },
            { key: 'action', label: w('办理', 'Action') },
          ]}
          rows={claims.map((claim) => ({
            cells: {
              claimed_on: (
                <>
                  {claim.claimed_on}
                  {claim.late && (
                    <Tag tone="warn">{w(`超过截止日 ${claim.deadline}`, `after the deadline ${claim.deadline}`)}</Tag>
                  )}
                </>
              ),
              scheme: claim.scheme_name,
              component: claim.component_title,
              by: claim.organisation_name ?? w('本人', 'The person'),
              note: claim.note ?? '—',
              action: claim.mine ? (
                <>
                  <a href={`/console/allowance-claims/${claim.id}/correction`}>{w('更正', 'Correct')}</a>{' '}
                  <a href={`/console/allowance-claims/${claim.id}/withdrawal`}>{w('撤回', 'Withdraw')}</a>
                </>
              ) : (
                '—'
              ),
            },
          }))}
          empty={w(
            '还没有申领。多数项目不用申领，由机构每月上报；政策写明须申领的，从申领之日起算。',
            'No claims. Most components need none, as the facility reports each month; where a scheme asks for one, time counts from it.',
          )}
        />
      </Card>
      {choices.length > 0 && (
        <Card title={w('提出申领', 'File a claim')}>
          <Form action={here} errors={errors} submit={w('提出申领', 'File')} cancel={here}>
            <Field
              label={w('项目', 'Component')}
              name="what"
              type="select"
              value={values.what}
              required
              options={choices}
            />
            <Field
              label={w('申领日期', 'Claimed on')}
              name="claimed_on"
              type="date"
              value={values.claimed_on}
              required
              hint={w('递交申请的那一天', 'The day it was handed in')}
            />
            <Field label={w('备注', 'Note')} name="note" value={values.note} />
          </Form>
        </Card>
      )}
    </Page>
  )
}

interface OfClaim {
  frame: Frame
  claim: Claim & { person_name: string }
  back: string
  values: Record<string, string>
  errors: FormError[]
}

export function ClaimCorrectionForm({ frame, claim, back, values, errors }: OfClaim) {
  const w = words(frame.lang)
  return (
    <Page {...frame} heading={w('更正申领', 'Correct a claim')} back={{ href: back, label: w('申领记录', 'Claims') }}>
      <div class="card">
        <p>{`${claim.scheme_name} · ${claim.component_title}`}</p>
        <Form
          action={`/console/allowance-claims/${claim.id}/correction`}
          errors={errors}
          submit={w('保存更正', 'Save')}
          cancel={back}
        >
          <Field label={w('申领日期', 'Claimed on')} name="claimed_on" type="date" value={values.claimed_on} required />
          <Field label={w('备注', 'Note')} name="note" value={values.note} />
          <Field label={w('更正理由', 'Reason')} name="reason" type="textarea" value={values.reason} required />
        </Form>
      </div>
    </Page>
  )
}

export function ClaimWithdrawalForm({ frame, claim, back, values, errors }: OfClaim) {
  const w = words(frame.lang)
  return (
    <Page {...frame} heading={w('撤回申领', 'Withdraw a claim')} back={{ href: back, label: w('申领记录', 'Claims') }}>
      <div class="card">
        <p>
          {w(
            `${claim.claimed_on} 对“${claim.scheme_name} · ${claim.component_title}”的申领撤回后视为没有提出。`,
            `The claim of ${claim.claimed_on} for “${claim.scheme_name} · ${claim.component_title}” will count as not filed.`,
          )}
        </p>
        <Form
          action={`/console/allowance-claims/${claim.id}/withdrawal`}
          errors={errors}
          submit={w('撤回申领', 'Withdraw')}
          cancel={back}
          danger
        >
          <Field label={w('撤回理由', 'Reason')} name="reason" type="textarea" value={values.reason} required />
        </Form>
      </div>
    </Page>
  )
}
