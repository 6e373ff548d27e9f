/** Checking a roster, its result, and recording what an official register said. */
import { CHECK_PURPOSES, type CheckPurpose } from '../../src/credentials/check-rules.ts'
import { CHECK_STATUSES, type CheckStatus } from '../../src/credentials/rules.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, DownloadLink, Empty, Facts, Kpis, Tag, type Tone } from '../parts.tsx'
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
          <form method="post" action="/console/checks" class="form row">
            <input type="hidden" name="roster" value="true" />
            <Purpose lang={frame.lang} value={values.roster ? values.purpose : undefined} id="roster-purpose" />
            <button type="submit" class="button primary">
              {w('核验全部在岗人员', 'Check my whole roster')}
            </button>
          </form>
        </Card>
      )}
      <Card title={w('粘贴名单或上传表格核验', 'Paste a list or send a sheet')}>
        <Form action="/console/checks" errors={errors} submit={w('核验', 'Check')} upload>
          <Purpose lang={frame.lang} value={values.roster ? undefined : values.purpose} />
          <Field
            label={w('证书编号和姓名', 'Numbers and names')}
            name="rows"
            type="textarea"
            value={values.rows}
            hint={w(
              '从 Excel 复制“证书编号、姓名”两列（可加第三列“证件号码后四位”）粘贴进来，每行一人，最多 1,000 行',
              'Copy the columns number and name (and perhaps the last four of the ID number) from Excel; one person a line, at most 1,000',
            )}
            attributes={{
              rows: 10,
              spellcheck: 'false',
              autocomplete: 'off',
              lang: 'zh-Hans',
              placeholder: 'S000033999901265000001\t张三',
            }}
          />
          <Field
            label={w('或上传表格（.xlsx、.xls、.csv）', 'Or a sheet (.xlsx, .xls, .csv)')}
            name="file"
            type="file"
            hint={w(
              '表头须有“证书编号”和“姓名”，可有“证件号码后四位”',
              'With the headings 证书编号 (number) and 姓名 (name)',
            )}
            attributes={{ accept: '.xlsx,.xls,.csv' }}
          />
        </Form>
      </Card>
    </Page>
  )
}

function Purpose({ lang, value, id }: { lang: Frame['lang']; value: string | undefined; id?: string }) {
  const w = words(lang)
  return (
    <Field
      label={w('核验用途', 'Purpose')}
      name="purpose"
      type="select"
      required
      value={value}
      hint={w('记录在案，持证人可以看到', 'Kept on record; holders can see it')}
      options={[
        { value: '', label: w('请选择', 'Choose one') },
        ...Object.entries(CHECK_PURPOSES)
          .filter(([purpose]) => purpose !== 'not_stated')
          .map(([purpose, label]) => ({ value: purpose, label: inLanguage(lang, label) })),
      ]}
      {...(id ? { id } : {})}
    />
  )
}

export interface CheckProps {
  frame: Frame
  asked_by: string
  check: {
    id: string
    purpose: CheckPurpose
    checked_at: string
    sha256: string
    key_id: string | null
    names_erased_at: Date | null
    summary: Record<CheckStatus, number>
    rows: {
      number: string | null
      name?: string
      status: CheckStatus
      occupation_name: string | null
      level: number | null
      issuer_name: string | null
      issued_on: string | null
      valid_until: string | null
    }[]
  }
}

export function CheckPage({ frame, check, asked_by }: CheckProps) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={w('核验结果', 'Result of the check')}
      back={{ href: '/console/checks/new', label: w('再核验一份', 'Check another list') }}
      actions={
        <>
          <button type="button" class="button" data-print hidden>
            {w('打印', 'Print')}
          </button>
          {check.key_id && !check.names_erased_at && (
            <DownloadLink href={`/api/v1/certificate-checks/${check.id}/report`} note="JWS">
              {w('下载签名报告', 'Signed report')}
            </DownloadLink>
          )}
          <DownloadLink href={`/api/v1/certificate-checks/${check.id}.xlsx`} note="XLSX">
            {w('导出核验报告', 'Export the report')}
          </DownloadLink>
        </>
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
      <Card>
        <Facts
          items={[
            { label: w('核验单位', 'Asked by'), value: asked_by },
            { label: w('用途', 'Purpose'), value: inLanguage(frame.lang, CHECK_PURPOSES[check.purpose]) },
            { label: w('核验时间（北京时间）', 'Checked (UTC+8)'), value: check.checked_at },
            { label: w('核验编号', 'Check'), value: check.id },
            { label: 'SHA-256', value: <Digest sha256={check.sha256} /> },
            { label: w('签名密钥', 'Signed with'), value: check.key_id ?? w('没有签名', 'not signed') },
          ]}
        />
        <p class="quiet">
          {check.names_erased_at
            ? w(
                '保留期已满，姓名和签名报告已删除，编号与结果仍在。',
                'Names and signed report were erased; numbers and results stay.',
              )
            : w(
                '姓名只留 90 天。签名报告可用本平台的公钥核对，持证人能看到本次查验。',
                'Names are kept for 90 days. The signed report is checked with the public keys of this register; holders see this check.',
              )}
        </p>
      </Card>
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
            name: row.name ?? '—',
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
