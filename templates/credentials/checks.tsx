/** Checking a roster, its result, and recording what an official register said. */
import { CHECK_STATUSES, type CheckStatus } from '../../src/credentials/rules.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, DownloadLink, Empty, Kpis, Tag, type Tone } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'
import { Digest, levelName } from './certificates.tsx'

const TONES: Record<CheckStatus, Tone> = {
  valid: 'good',
  expired: 'warn',
  suspended: 'warn',
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
            attributes={{
              rows: 10,
              spellcheck: 'false',
              autocomplete: 'off',
              placeholder: 'S000033999901265000001\t张三',
            }}
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
            unit: w('条', ''),
            tone: TONES[status as CheckStatus],
          }))}
      />
      <p class="quiet">
        {w(
          `核验时间 ${check.checked_at}（北京时间），结果已留存。`,
          `Checked ${check.checked_at} (UTC+8); the result is kept.`,
        )}{' '}
        SHA-256 <Digest sha256={check.sha256} />
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
            level: row.occupation_name
              ? `${row.occupation_name} ${row.level ? levelName(row.level, frame.lang) : ''}`
              : '—',
            issuer: row.issuer_name ?? '—',
            days: row.issued_on ?? '—',
            until: row.issued_on ? (row.valid_until ?? w('长期', 'no end')) : '—',
          },
        }))}
      />
    </Page>
  )
}
