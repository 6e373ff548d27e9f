/** What becomes of a certificate: the pages that confirm a step, and the list of steps taken. */
import { LIFE, type LifeKind, STEPS, type Step } from '../../src/credentials/life-rules.ts'
import { REVOCATION_REASONS } from '../../src/credentials/rules.ts'
import { inLanguage, type Lang, type Message } from '../../src/platform/errors.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Empty, Timeline, type Tone } from '../parts.tsx'
import { words } from '../words.ts'
import type { CertificateRow } from './certificates.tsx'

export interface LifeItem {
  kind: LifeKind
  on: string
  until: string | null
  reason_code: string | null
  reason: string
  decision_reference: string | null
  by: string | null
}

const TONES: Record<LifeKind, Tone> = {
  revoked: 'bad',
  restored: 'good',
  replaced: 'plain',
  corrected: 'plain',
  suspended: 'warn',
  resumed: 'good',
  continued: 'good',
}

/** Every step with its reason and the paper it was decided in; what was taken back stays. */
export function LifeOf({ items, lang }: { items: LifeItem[]; lang: Lang }) {
  const w = words(lang)
  if (items.length === 0) return <Empty title={w('发证以来没有变更。', 'Nothing has changed since its issue.')} />
  return (
    <Timeline
      items={items.map(({ kind, on, until, reason_code, reason, decision_reference, by }) => {
        const why = REVOCATION_REASONS[reason_code as keyof typeof REVOCATION_REASONS]
        return {
          at: on,
          tone: TONES[kind],
          title:
            inLanguage(lang, LIFE[kind]) +
            (why ? w(`（${why.zh}）`, ` (${why.en})`) : '') +
            (until ? w(`至 ${until}`, ` until ${until}`) : ''),
          who: by ?? undefined,
          body: decision_reference ? `${reason}（${decision_reference}）` : reason,
        }
      })}
    />
  )
}

export interface StepProps {
  frame: Frame
  step: Step
  certificate: CertificateRow & { id: string; suspended_from: string | null }
  /** of the holder's record, where a name is corrected */
  holder: { name: string; id_number_masked: string } | null
  today: string
  values: Record<string, string>
  errors: FormError[]
}

/** What follows is said before the button. */
export function StepPage({ frame, step, certificate, holder, today, values, errors }: StepProps) {
  const w = words(frame.lang)
  const back = `/console/certificates/${certificate.id}`
  const label = inLanguage(frame.lang, STEPS[step])
  const danger = step === 'suspension'
  const first = { suspension: certificate.issued_on, resumption: certificate.suspended_from }[step as string]
  return (
    <Page {...frame} heading={label} back={{ href: back, label: certificate.number }}>
      <div class={danger ? 'card confirm danger' : 'card confirm'}>
        <p>{inLanguage(frame.lang, consequence(step, certificate, holder))}</p>
        <Form action={`${back}/${step}`} errors={errors} submit={label} cancel={back} danger={danger}>
          {first && (
            <Field
              label={danger ? w('暂停自', 'Suspended from') : w('恢复自', 'Counts again from')}
              name="from_on"
              type="date"
              value={values.from_on ?? today}
              attributes={{ min: first, max: today }}
              hint={
                danger
                  ? undefined
                  : w(
                      `查明本不该暂停的，填暂停起始日 ${first}，停发的津贴全部补发`,
                      `If it never should have been, the first day ${first}: all months are paid again`,
                    )
              }
            />
          )}
          <Field label={w('原因', 'Reason')} name="reason" type="textarea" required value={values.reason} />
          {step === 'name-correction' ? (
            <Field
              label={w('依据（证件、户籍证明的档案号）', 'Evidence (file number of the papers seen)')}
              name="evidence"
              required
              value={values.evidence}
            />
          ) : (
            step !== 'continuation' && (
              <Field
                label={w('决定文号', 'Reference of the decision')}
                name="decision_reference"
                required
                value={values.decision_reference}
              />
            )
          )}
        </Form>
      </div>
    </Page>
  )
}

function consequence(
  step: Step,
  { number, holder_name, id_number_masked }: CertificateRow,
  holder: StepProps['holder'],
): Message {
  if (holder?.name === holder_name && holder.id_number_masked === id_number_masked)
    return {
      zh: `证书 ${number} 与人员档案一致（${holder_name} ${id_number_masked}），现在没有可更正的。请先由其所在机构更正人员档案。`,
      en: `Certificate ${number} says what is on record (${holder_name} ${id_number_masked}): there is nothing to correct until the record of the holder is corrected.`,
    }
  switch (step) {
    case 'suspension':
      return {
        zh: `暂停“${holder_name}”的证书 ${number}：扫码和查询立即显示“暂停使用”，月末仍在暂停的月份不支持津贴，恢复后的月份照发。`,
        en: `Suspends certificate ${number} of ${holder_name}: look-ups say so at once, and months that end in the suspension are not supported.`,
      }
    case 'resumption':
      return {
        zh: `恢复证书 ${number} 的使用。暂停和恢复都会留在证书经历里。`,
        en: `Certificate ${number} counts again. Both steps stay to be seen.`,
      }
    case 'restoration':
      return {
        zh: `撤回对“${holder_name}”的证书 ${number} 的撤销：证书恢复有效，视为从未撤销，已追回的津贴随下一批补发。两次决定都保留。`,
        en: `Withdraws the revocation of certificate ${number} of ${holder_name}: it is valid as if never revoked, and what was recovered is paid by the next run. Both decisions stay.`,
      }
    case 'name-correction':
      return {
        zh: `按人员档案（${holder?.name} ${holder?.id_number_masked}）签发新编号的证书，印着“${holder_name}”的旧证书 ${number} 同日失效，原编号和发证日期随新证可查。`,
        en: `A new certificate says what is on record (${holder?.name} ${holder?.id_number_masked}); ${number}, which says ${holder_name}, ends today and stays to be seen with it.`,
      }
    case 'continuation':
      return {
        zh: `按已确认的规定，用经审核的继续教育学时延续证书 ${number} 的有效期。证书上印的日期不变，查询显示延续后的日期。`,
        en: `By a confirmed rule, approved hours of education move the end of certificate ${number}. What is printed stays; look-ups say the new end.`,
      }
  }
}
