/** Layouts of certificates: the list, one version with its preview, putting it in force. */
import { SAMPLES, type Sample } from '../../src/credentials/layout-words.ts'
import { type CertificateKind, KINDS } from '../../src/credentials/rules.ts'
import { localDate } from '../../src/platform/calendar.ts'
import { inLanguage, type Lang } from '../../src/platform/errors.ts'
import { ErrorSummary, Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page, PublicPage } from '../layout.tsx'
import { Card, DownloadLink, Facts, Tag, type Tone } from '../parts.tsx'
import { Table } from '../table.tsx'
import { useWords, words } from '../words.ts'

interface LayoutView {
  id: string
  kind: CertificateKind
  organisation_id: string | null
  organisation_name: string | null
  name: string
  version: number
  sha256: string
  reason: string
  known_from: Date
  created_by_name: string | null
  state: 'in_force' | 'coming' | 'past' | 'draft'
}

const STATES: Record<LayoutView['state'], { tone: Tone; zh: string; en: string }> = {
  in_force: { tone: 'good', zh: '使用中', en: 'In force' },
  coming: { tone: 'info', zh: '待启用', en: 'Coming' },
  past: { tone: 'plain', zh: '已停用', en: 'Past' },
  draft: { tone: 'plain', zh: '草稿', en: 'Draft' },
}

export interface LayoutsProps {
  frame: Frame
  items: LayoutView[]
  may_edit: boolean
  values: Record<string, string>
  errors: FormError[]
}

export function Layouts({ frame, items, may_edit, values, errors }: LayoutsProps) {
  const w = words(frame.lang)
  const kinds = Object.entries(KINDS).map(([value, kind]) => ({ value, label: inLanguage(frame.lang, kind) }))
  return (
    <Page
      {...frame}
      heading={w('证书版式', 'Certificate layouts')}
      actions={
        <a class="button" href="/console/glyph-images">
          {w('缺字图', 'Glyph images')}
        </a>
      }
    >
      <Table
        caption={w('证书版式', 'Certificate layouts')}
        empty={w('还没有版式。', 'There are no layouts.')}
        columns={[
          { key: 'name', label: w('版式', 'Layout') },
          { key: 'kind', label: w('证书种类', 'Kind') },
          { key: 'state', label: w('状态', 'State') },
          { key: 'whose', label: w('谁的', 'Whose') },
          { key: 'saved', label: w('保存', 'Saved') },
          { key: 'reason', label: w('说明', 'Why') },
        ]}
        rows={items.map((layout) => ({
          cells: {
            name: <a href={`/console/certificate-layouts/${layout.id}`}>{titleOf(layout, frame.lang)}</a>,
            kind: inLanguage(frame.lang, KINDS[layout.kind]),
            state: <State state={layout.state} />,
            whose: layout.organisation_name ?? w('全体机构通用', 'Everybody’s'),
            saved: `${localDate(layout.known_from)} ${layout.created_by_name ?? ''}`,
            reason: layout.reason,
          },
        }))}
      />
      {may_edit && (
        <Card title={w('上传版式文件', 'Upload a layout')}>
          <p class="quiet">
            {w(
              '打开一个版式即可编辑，存为自己的新版本。也可以下载 JSON，改好后在这里上传。',
              'Open a layout to edit it and save a version of your own. Or download its JSON, change it, and upload it here.',
            )}
          </p>
          <Form action="/console/certificate-layouts" errors={errors} submit={w('上传', 'Upload')} upload>
            <Field label={w('证书种类', 'Kind')} name="kind" type="select" value={values.kind} options={kinds} />
            <Field
              label={w('版式名称', 'Name')}
              name="name"
              required
              value={values.name}
              hint={w('同名的存为下一版', 'The same name makes the next version')}
            />
            <Field
              label={w('版式文件', 'File')}
              name="file"
              type="file"
              required
              hint="JSON"
              attributes={{ accept: 'application/json,.json' }}
            />
            <Field label={w('为什么改', 'Why')} name="reason" required value={values.reason} />
          </Form>
        </Card>
      )}
    </Page>
  )
}

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
                { label: 'SHA-256', value: <code class="digest">{layout.sha256}</code> },
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

/** A certificate drawn by the server; where the browser shows no PDF inside a page, the link does. */
export function Sheet({ src, name }: { src: string; name?: string }) {
  const w = useWords()
  return (
    <div class="sheet">
      <iframe
        src={`${src}#toolbar=0&navpanes=0&view=Fit`}
        name={name}
        title={w('证书预览', 'Preview of the certificate')}
      />
      <a href={src} target="_blank" rel="noopener">
        {w('单独打开预览', 'Open the preview by itself')}
      </a>
    </div>
  )
}

function State({ state }: { state: LayoutView['state'] }) {
  const w = useWords()
  const { tone, zh, en } = STATES[state]
  return <Tag tone={tone}>{w(zh, en)}</Tag>
}

function titleOf({ name, version }: Pick<LayoutView, 'name' | 'version'>, lang: Lang): string {
  return inLanguage(lang, { zh: `${name} 第 ${version} 版`, en: `${name}, version ${version}` })
}

/** What stands in the place of the preview when the layout cannot be drawn. */
export function LayoutFaults({ frame, errors }: { frame: Frame; errors: FormError[] }) {
  const w = words(frame.lang)
  return (
    <PublicPage {...frame} heading={w('还不能预览', 'Not to be drawn yet')}>
      <ErrorSummary errors={errors.map(({ message }) => ({ pointer: '', message }))} />
    </PublicPage>
  )
}
