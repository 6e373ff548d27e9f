/** One version of a layout: its preview, and putting it in force. */
import { SAMPLES, type Sample } from '../../src/credentials/layout-words.ts'
import { KINDS } from '../../src/credentials/rules.ts'
import { localDate } from '../../src/platform/calendar.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, DownloadLink, Facts } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'
import { type LayoutView, Sheet, STATES, titleOf } from './layout-parts.tsx'

export interface LayoutPageProps {
  frame: Frame
  layout: LayoutView
  choices: { valid_from: string; organisation_name: string | null; reason: string; chosen_by_name: string | null }[]
  sample: Sample
  may_edit: boolean
  /** an administrator decides for everybody, an institution for itself */
  for_everybody: boolean
  /** may be put in force by the reader */
  usable: boolean
  today: string
  values: Record<string, string>
  errors: FormError[]
}

export function LayoutPage({
  frame,
  layout,
  choices,
  sample,
  may_edit,
  for_everybody,
  usable,
  today,
  values,
  errors,
}: LayoutPageProps) {
  const w = words(frame.lang)
  const here = `/console/certificate-layouts/${layout.id}`
  return (
    <Page
      {...frame}
      heading={titleOf(layout, frame.lang)}
      tag={{ tone: STATES[layout.state].tone, text: w(STATES[layout.state].zh, STATES[layout.state].en) }}
      back={{ href: '/console/certificate-layouts', label: w('证书版式', 'Certificate layouts') }}
      actions={
        may_edit && (
          <a class="button primary" href={`${here}/edit`}>
            {w('编辑', 'Edit')}
          </a>
        )
      }
    >
      <div class="editor">
        <div>
          <nav class="tabs" aria-label={w('样张', 'Samples')}>
            {SAMPLES.map((one) => (
              <a href={`${here}?sample=${one}`} aria-current={one === sample ? 'page' : undefined}>
                {
                  {
                    usual: w('常见姓名', 'A common name'),
                    long: w('最长的姓名', 'The longest name'),
                    rare: w('生僻字', 'Rare characters'),
                  }[one]
                }
              </a>
            ))}
          </nav>
          <Sheet src={`${here}/preview.pdf?sample=${sample}`} />
        </div>
        <div>
          <Card>
            <Facts
              items={[
                { label: w('证书种类', 'Kind'), value: inLanguage(frame.lang, KINDS[layout.kind]) },
                { label: w('谁的', 'Whose'), value: layout.organisation_name ?? w('全体机构通用', 'Everybody’s') },
                {
                  label: w('保存', 'Saved'),
                  value: `${localDate(layout.known_from)} ${layout.created_by_name ?? w('随系统提供', 'with the program')}`,
                },
                { label: w('说明', 'Why'), value: layout.reason },
                { label: 'SHA-256', value: <code>{layout.sha256}</code> },
              ]}
            />
            <p>
              <DownloadLink href={`${here}/layout.json`} note="JSON">
                {w('下载版式文件', 'Download the layout')}
              </DownloadLink>
            </p>
          </Card>
          <Card title={w('启用', 'In force')}>
            <Table
              caption={w('启用记录', 'When it was put in force')}
              empty={
                <p class="quiet">
                  {w('还没有启用过，发证时不会用到。', 'Never put in force; nothing is printed in it.')}
                </p>
              }
              columns={[
                { key: 'from', label: w('发证日期起', 'Issued from') },
                { key: 'whom', label: w('用于', 'For') },
                { key: 'reason', label: w('原因', 'Reason') },
              ]}
              rows={choices.map((choice) => ({
                cells: {
                  from: choice.valid_from,
                  whom: choice.organisation_name ?? w('没有自选版式的机构', 'Issuers without a choice of their own'),
                  reason: [choice.reason, choice.chosen_by_name].filter(Boolean).join(' · '),
                },
              }))}
            />
            {usable && (
              <Form action={`${here}/choices`} errors={errors} submit={w('启用这一版', 'Put in force')}>
                <p class="quiet">
                  {for_everybody
                    ? w(
                        '用于没有自选版式的所有机构；已签发的证书不变。',
                        'For every issuer that has chosen none of its own; what is issued stays as it is.',
                      )
                    : w('用于本机构；已签发的证书不变。', 'For your institution; what is issued stays as it is.')}
                </p>
                <Field
                  label={w('自哪天发证起', 'For certificates issued from')}
                  name="valid_from"
                  type="date"
                  required
                  value={values.valid_from ?? today}
                  attributes={{ min: today }}
                />
                <Field label={w('原因', 'Reason')} name="reason" required value={values.reason} />
              </Form>
            )}
          </Card>
        </div>
      </div>
    </Page>
  )
}
