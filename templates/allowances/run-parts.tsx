/** The two tables of a run's page: its lines, and its payment files. */

import { LINE_KINDS, type LineKind } from '../../src/allowances/rules.ts'
import { inLanguage, type Lang } from '../../src/platform/errors.ts'
import { Card, DownloadLink, Tag } from '../parts.tsx'
import { Table } from '../table.tsx'
import { useWords } from '../words.ts'
import { levelName, yuan } from './words.ts'

export interface LineItem {
  person_id: string
  person_name: string
  id_number_masked: string
  organisation_name: string | null
  month: string
  component: string
  component_title: string
  kind: string
  level: number | null
  entitlement_fen: number
  previous_fen: number | null
  amount_fen: number
  /** titles of the conditions that are not met */
  failed: string[]
}

export interface PaymentFileItem {
  id: string
  batch_id: string
  batch_number: number
  export_number: number
  part: number
  parts: number
  format: string
  /** null: made before formats were recorded */
  bank_format_name: string | null
  row_count: number
  total_fen: number
  total_in_capitals: string
  recovery_count: number
  recovery_fen: number
  held_count: number
  held_fen: number
  sha256: string
  /** of a second export of the same payments */
  reason: string | null
  made_by: string
  at: string
}

/** Every export with its files and control totals: who made it, when and why. Only who may make payment files takes them. */
export function Files({ files, may_take }: { files: PaymentFileItem[]; may_take: boolean }) {
  const w = useWords()
  return (
    <Card title={w('发放文件', 'Payment files')}>
      <Table
        caption={w('发放文件', 'Payment files')}
        empty=""
        columns={[
          { key: 'batch', label: w('批次', 'Batch') },
          { key: 'file', label: w('文件', 'File') },
          { key: 'rows', label: w('笔数', 'Rows'), numeric: true },
          { key: 'total', label: w('合计', 'Total'), numeric: true },
          { key: 'recovery', label: w('追回', 'Recovery'), numeric: true },
          { key: 'held', label: w('暂缓', 'Held'), numeric: true },
          { key: 'at', label: w('时间', 'When') },
          { key: 'made', label: w('由谁、为何', 'Who, why') },
          { key: 'sha256', label: 'SHA-256' },
        ]}
        rows={files.map((file) => ({
          cells: {
            batch: (
              <a href={`/console/payment-batches/${file.batch_id}`}>
                {w(
                  `第 ${file.batch_number} 批，第 ${file.export_number} 次导出`,
                  `${file.batch_number}, export ${file.export_number}`,
                )}
              </a>
            ),
            file: (
              <>
                {may_take ? (
                  <DownloadLink href={`/console/payment-files/${file.id}`}>{file.format.toUpperCase()}</DownloadLink>
                ) : (
                  file.format.toUpperCase()
                )}
                {file.parts > 1 && ` ${file.part}/${file.parts}`}
                {file.bank_format_name && (
                  <>
                    <br />
                    <small>{file.bank_format_name}</small>
                  </>
                )}
              </>
            ),
            rows: w(`${file.row_count} 笔`, `${file.row_count}`),
            total: (
              <>
                {yuan(file.total_fen)}
                <br />
                <small>{file.total_in_capitals}</small>
              </>
            ),
            recovery:
              file.recovery_count === 0
                ? '—'
                : w(
                    `${file.recovery_count} 笔 ${yuan(file.recovery_fen)}`,
                    `${file.recovery_count}: ${yuan(file.recovery_fen)}`,
                  ),
            held:
              file.held_count === 0
                ? '—'
                : w(`${file.held_count} 笔 ${yuan(file.held_fen)}`, `${file.held_count}: ${yuan(file.held_fen)}`),
            at: file.at,
            made: [file.made_by, file.reason].filter(Boolean).join(w('：', ': ')),
            sha256: (
              <small>
                <code>{file.sha256}</code>
              </small>
            ),
          },
        }))}
      />
    </Card>
  )
}

export function Lines({
  run_id,
  lines,
  lang,
  computing,
}: {
  run_id: string
  lines: LineItem[]
  lang: Lang
  computing: boolean
}) {
  const w = useWords()
  return (
    <Table
      caption={w('津贴明细，点“依据”可看到每一分钱是怎么算出来的', 'Lines; “why” shows how every fen came about')}
      empty={
        computing
          ? w('正在计算，完成后这里列出每个人。', 'Being computed; everybody is listed here when it is done.')
          : w('这一类没有明细，请看其他分类。', 'There are no lines of this kind; look at the others.')
      }
      columns={[
        { key: 'name', label: w('姓名', 'Name') },
        { key: 'id', label: w('证件号码', 'ID number') },
        { key: 'organisation', label: w('机构', 'Facility') },
        { key: 'level', label: w('等级', 'Level') },
        { key: 'month', label: w('月份', 'Month') },
        { key: 'due', label: w('应发', 'Due'), numeric: true },
        { key: 'booked', label: w('已入账', 'Booked'), numeric: true },
        { key: 'amount', label: w('本批次', 'This run'), numeric: true },
        { key: 'notes', label: w('说明', 'Notes') },
        { key: 'why', label: w('依据', 'Why') },
      ]}
      rows={lines.map((line) => ({
        cells: {
          name: line.person_name,
          id: line.id_number_masked,
          organisation: line.organisation_name ?? '—',
          level: levelName(line.level, lang),
          month: line.month,
          due: yuan(line.entitlement_fen),
          booked: line.previous_fen === null ? '—' : yuan(line.previous_fen),
          amount: <strong>{yuan(line.amount_fen)}</strong>,
          notes: (
            <>
              {line.component !== 'monthly' && <Tag tone="plain">{line.component_title}</Tag>}{' '}
              {line.kind !== 'normal' && (
                <Tag tone={line.kind === 'recovery' ? 'bad' : 'info'}>
                  {inLanguage(lang, LINE_KINDS[line.kind as LineKind])}
                </Tag>
              )}{' '}
              {line.failed.length > 0 && w(`未满足：${line.failed.join('；')}`, `Not met: ${line.failed.join('; ')}`)}
            </>
          ),
          why: (
            <a
              href={`/console/runs/${run_id}/lines/${line.person_id}/${line.month}${line.component === 'monthly' ? '' : `?component=${line.component}`}`}
              aria-label={w(`${line.person_name} ${line.month} 的依据`, `Why: ${line.person_name} ${line.month}`)}
            >
              {w('依据', 'Why')}
            </a>
          ),
        },
      }))}
    />
  )
}
