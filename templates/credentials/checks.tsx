/** Checking a roster, its result, and recording what an official register said. */
import { CHECK_STATUSES, type CheckStatus, REGISTRIES, REGISTRY_RESULTS } from '../../src/credentials/rules.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { ErrorSummary, Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, DownloadLink, Empty, Kpis, Tag, type Tone } from '../parts.tsx'
import { ActionBar, Pager, Results, Table } from '../table.tsx'
import { words } from '../words.ts'
import { type CertificateRow, levelName } from './certificates.tsx'

const TONES: Record<CheckStatus, Tone> = {
  valid: 'good',
  expired: 'warn',
  replaced: 'warn',
  revoked: 'bad',
  not_found: 'bad',
  name_mismatch: 'bad',
}

export interface NewCheckProps {
  frame: Frame
  values: Record<string, string>
  errors: FormError[]
  has_roster: boolean
}

export function NewCheck({ frame, values, errors, has_roster }: NewCheckProps) {
  const w = words(frame.lang)
  return (
    <Page {...frame} heading={w('核验名册', 'Check a roster')}>
      {has_roster && (
        <Card title={w('核验本机构名册', 'Your own roster')}>
          <p>
            {w(
              '在岗人员的技能等级证书一次查清：有效、过期、撤销，以及还没有证书的人。',
              'All skill-level certificates of your people at once: valid, expired, revoked, and who has none.',
            )}
          </p>
          <form method="post" action="/console/checks">
            <input type="hidden" name="roster" value="true" />
            <button type="submit" class="button primary">
              {w('核验全部在岗人员', 'Check my whole roster')}
            </button>
          </form>
        </Card>
      )}
      <Card title={w('粘贴名单核验', 'Paste a list')}>
        <Form action="/console/checks" errors={errors} submit={w('核验', 'Check')}>
          <Field
            label={w('证书编号和姓名', 'Numbers and names')}
            name="rows"
            type="textarea"
            required
            value={values.rows}
            hint={w(
              '从 Excel 复制“证书编号、姓名”两列（可加第三列“证件号后四位”）粘贴进来，每行一人，最多 1,000 行',
              'Copy the columns number and name (and perhaps the last four of the ID number) from Excel; one person a line, at most 1,000',
            )}
            attributes={{ rows: 10, spellcheck: 'false', autocomplete: 'off', placeholder: 'S000033999901265000001\t张三' }}
          />
        </Form>
      </Card>
    </Page>
  )
}

export interface CheckProps {
  frame: Frame
  check: {
    id: string
    checked_at: string
    sha256: string
    summary: Record<CheckStatus, number>
    rows: {
      number: string | null
      name: string
      status: CheckStatus
      occupation_name: string | null
      level: number | null
      issuer_name: string | null
      issued_on: string | null
      valid_until: string | null
    }[]
  }
}

export function CheckPage({ frame, check }: CheckProps) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={w('核验结果', 'Result of the check')}
      back={{ href: '/console/checks/new', label: w('再核验一份', 'Check another list') }}
      actions={
        <DownloadLink href={`/api/v1/certificate-checks/${check.id}.xlsx`} note="XLSX">
          {w('导出核验报告', 'Export the report')}
        </DownloadLink>
      }
    >
      <Kpis
        items={Object.entries(check.summary)
          .filter(([status, count]) => count > 0 || status === 'valid')
          .map(([status, count]) => ({
            label: inLanguage(frame.lang, CHECK_STATUSES[status as CheckStatus]),
            value: count,
            unit: w('人', ''),
            tone: TONES[status as CheckStatus],
          }))}
      />
      <p class="quiet">
        {w(`核验时间 ${check.checked_at}（北京时间），结果已留存。`, `Checked ${check.checked_at} (UTC+8); the result is kept.`)} SHA-256{' '}
        <code class="digest">{check.sha256}</code>
      </p>
      <Table
        caption={w('核验结果', 'Results')}
        empty={
          <Empty title={w('名册上还没有人。', 'Nobody is on the roster.')}>
            <p>
              <a href="/console/imports/new?kind=employments">{w('导入在岗名册', 'Import your staff')}</a>
            </p>
          </Empty>
        }
        columns={[
          { key: 'name', label: w('姓名', 'Name') },
          { key: 'number', label: w('证书编号', 'Number') },
          { key: 'status', label: w('核验结果', 'Result') },
          { key: 'level', label: w('职业与等级', 'Occupation and level') },
          { key: 'issuer', label: w('发证机构', 'Issuer') },
          { key: 'days', label: w('发证日期', 'Issued on') },
          { key: 'until', label: w('有效期至', 'Valid until') },
        ]}
        rows={check.rows.map((row) => ({
          marked: TONES[row.status] === 'bad' ? ['status'] : [],
          cells: {
            name: row.name,
            number: row.number ?? w('没有证书', 'no certificate'),
            status: <Tag tone={TONES[row.status]}>{inLanguage(frame.lang, CHECK_STATUSES[row.status])}</Tag>,
            level: row.occupation_name ? `${row.occupation_name} ${row.level ? levelName(row.level, frame.lang) : ''}` : '—',
            issuer: row.issuer_name ?? '—',
            days: row.issued_on ?? '—',
            until: row.issued_on ? (row.valid_until ?? w('长期', 'no end')) : '—',
          },
        }))}
      />
    </Page>
  )
}

export interface RegistryChecksProps {
  frame: Frame
  items: CertificateRow[]
  next: string | null
  today: string
  values: Record<string, string>
  errors: FormError[]
}

/** No register offers an interface: an officer looks each up by hand, ticks, and records what was found and where the proof lies. */
export function RegistryChecks({ frame, items, next, today, values, errors }: RegistryChecksProps) {
  const w = words(frame.lang)
  const choices = (vocabulary: Record<string, { zh: string; en: string }>) =>
    Object.entries(vocabulary).map(([value, label]) => ({ value, label: inLanguage(frame.lang, label) }))
  const errorOf = (name: string) => errors.find(({ pointer }) => pointer === `/${name}`)?.message
  return (
    <Page {...frame} heading={w('官方平台核验', 'Official registers')}>
      <p class="lead">
        {w(
          '下列技能等级证书还没有在官方平台查过。请到平台逐张查询，勾选结果相同的，一起登记。',
          'Nobody has looked these skill-level certificates up yet. Look each up in the register, tick those with the same result, and record it.',
        )}
      </p>
      <form method="post" action="/console/registry-checks">
        <ErrorSummary errors={errors} />
        <Results>
          <Table
            caption={w('待核验的证书', 'Certificates to look up')}
            select="certificate_ids"
            empty={<Empty title={w('本辖区的证书都核验过了。', 'Every certificate of the district has been looked up.')} />}
            columns={[
              { key: 'number', label: w('证书编号', 'Number') },
              { key: 'holder', label: w('姓名', 'Name') },
              { key: 'id_number', label: w('证件号码', 'ID number') },
              { key: 'level', label: w('职业与等级', 'Occupation and level') },
              { key: 'issuer', label: w('发证机构', 'Issuer') },
              { key: 'days', label: w('发证日期', 'Issued on') },
            ]}
            rows={items.map((item) => ({
              id: item.id,
              label: `${item.holder_name} ${item.number}`,
              cells: {
                number: <a href={`/console/certificates/${item.id}`}>{item.number}</a>,
                holder: item.holder_name,
                id_number: item.id_number_masked,
                level: `${item.occupation_name} ${item.level ? levelName(item.level, frame.lang) : ''}`,
                issuer: item.issuer_name,
                days: item.issued_on,
              },
            }))}
          />
          <Pager next={next} />
        </Results>
        {items.length > 0 && (
          <ActionBar unit={w('张', 'certificates')}>
            <Field
              label={w('平台', 'Register')}
              name="registry"
              type="select"
              value={values.registry}
              options={choices(REGISTRIES)}
            />
            <Field label={w('结果', 'Result')} name="result" type="select" value={values.result} options={choices(REGISTRY_RESULTS)} />
            <Field
              label={w('查询日期', 'Looked up on')}
              name="checked_on"
              type="date"
              value={values.checked_on ?? today}
              error={errorOf('checked_on')}
              attributes={{ max: today }}
            />
            <Field
              label={w('证据（截图文件名或编号）', 'Evidence (file name or reference)')}
              name="evidence"
              required
              value={values.evidence}
              error={errorOf('evidence')}
            />
            <button type="submit" class="button primary">
              {w('登记核验结果', 'Record')}
            </button>
          </ActionBar>
        )}
      </form>
    </Page>
  )
}
