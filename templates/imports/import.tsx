/** An upload under review, on its way, and done: figures first, then the wrong rows, then the good ones. */
import { type Frame, Page } from '../layout.tsx'
import { Card, Empty, type JobState, Kpis, Notice, Progress } from '../parts.tsx'
import { ActionBar } from '../table.tsx'
import { type Words, words } from '../words.ts'
import { GoodRows, type ImportedRow, WrongRows } from './rows.tsx'
import { ImportSteps } from './steps.tsx'

export interface ImportPageProps {
  frame: Frame
  heading: string
  /** where a corrected file is uploaded */
  again: string
  imported: {
    id: string
    kind: string
    filename: string
    sha256: string
    status: string
    rows: number
    accepted: number
    rejected: number
    /** all rows or none */
    whole: boolean
    counts: { new: number; changed: number; same: number }
    ignored_columns: string[]
  }
  columns: { key: string; header: string }[]
  wrong: ImportedRow[]
  good: ImportedRow[]
  job: JobState | null
}

export function ImportPage({ frame, heading, again, imported, columns, wrong, good, job }: ImportPageProps) {
  const w = words(frame.lang)
  const { id, kind, status, accepted, rejected, counts } = imported
  const template = `/api/v1/imports/templates/${kind}.xlsx`
  return (
    <Page
      {...frame}
      heading={heading}
      back={{ href: '/console/imports', label: w('导入记录', 'Imports') }}
      actions={
        <a class="button" href={template} download>
          {w('下载模板', 'Template')}
        </a>
      }
    >
      <ImportSteps current={status === 'committed' ? 4 : 2} lang={frame.lang} template={template} />
      <State {...{ imported, job, w }} />
      <Kpis
        items={[
          { label: w('读到', 'Read'), value: imported.rows, unit: w('行', 'rows') },
          {
            label: status === 'committed' ? w('已导入', 'Imported') : w('可以导入', 'Can be imported'),
            value: accepted,
            unit: w('行', 'rows'),
            tone: 'good',
            note: w(`新增 ${counts.new}，无变化 ${counts.same}`, `${counts.new} new, ${counts.same} as they are`),
          },
          {
            label: w('有错误', 'Wrong'),
            value: rejected,
            unit: w('行', 'rows'),
            ...(rejected > 0 ? { tone: 'bad' } : {}),
          },
          {
            label: w('已存在，更新', 'Known, changed'),
            value: counts.changed,
            unit: w('行', 'rows'),
            ...(counts.changed > 0 ? { tone: 'warn' } : {}),
          },
        ]}
      />
      <Notice tone="info">
        {w('文件：', 'File: ')}
        {imported.filename}（SHA-256 <code>{`${imported.sha256.slice(0, 8)}…${imported.sha256.slice(-4)}`}</code>）
        {w('。同一文件再次上传不会重复登记。', '. The same file is never written twice.')}
        {imported.ignored_columns.length > 0 &&
          w(
            ` 以下列不在模板中，已忽略：${imported.ignored_columns.join('、')}。`,
            ` Columns not in the template were ignored: ${imported.ignored_columns.join(', ')}.`,
          )}
      </Notice>
      {rejected > 0 && (
        <WrongRows {...{ columns, rows: wrong, rejected, w }} errors={`/api/v1/imports/${id}/errors.xlsx`} />
      )}
      {good.length > 0 && status !== 'committed' && <GoodRows {...{ columns, rows: good, accepted, w }} />}
      {status === 'checked' && <Decision {...{ imported, again, w }} />}
      {status === 'committed' && (
        <div class="actions">
          <a class="button primary" href={again}>
            {rejected > 0 ? w('上传改正后的文件', 'Upload the corrected file') : w('继续导入', 'Import another file')}
          </a>
          <a class="button" href="/console/people">
            {w('查看从业人员', 'See the people')}
          </a>
        </div>
      )}
    </Page>
  )
}

function State({ imported, job, w }: Pick<ImportPageProps, 'imported' | 'job'> & { w: Words }) {
  const { id, status, accepted, rejected } = imported
  if ((status === 'committing' || status === 'checking') && job)
    return (
      <Card title={status === 'checking' ? w('正在核对', 'Checking') : w('正在导入', 'Importing')}>
        <Progress job={job} href={`/console/imports/${id}`} unit={w('行', 'rows')} />
        {job.status === 'failed' && status === 'committing' && (
          <form method="post" action={`/console/imports/${id}/commitment`}>
            <button type="submit" class="button primary">
              {w('继续导入', 'Go on importing')}
            </button>
          </form>
        )}
      </Card>
    )
  if (status === 'committed')
    return (
      <Notice tone="good">
        {w(`已导入 ${accepted} 行。`, `${accepted} rows were imported.`)}
        {rejected > 0 &&
          w(
            `${rejected} 行有错误，没有写入；请下载错误文件，改正后上传。`,
            ` ${rejected} rows are wrong and were not written: correct the workbook of faults and upload it.`,
          )}
      </Notice>
    )
  if (status === 'discarded')
    return (
      <Notice tone="warn">
        {w(
          '这次上传已过期，内容已清除，没有写入。请重新上传。',
          'This upload expired and was cleared; nothing was written. Upload it again.',
        )}
      </Notice>
    )
  return null
}

/** The bar stays at the foot of the window; its form is empty, so that the rows above can be printed. */
function Decision({
  imported: { id, accepted, rejected, whole },
  again,
  w,
}: Pick<ImportPageProps, 'imported' | 'again'> & { w: Words }) {
  return (
    <>
      {accepted === 0 && (
        <Empty title={w('没有可以导入的行', 'Nothing can be imported')}>
          {w('请下载错误文件，改正后重新上传。', 'Correct the workbook of faults and upload it.')}
        </Empty>
      )}
      {whole && rejected > 0 && (
        <Notice tone="warn">
          {w(
            '这种表格只能整份导入：请在原文件中改正错误的行，重新上传整份。',
            'This sheet is imported as a whole or not at all: correct the wrong rows in the file and upload all of it.',
          )}
        </Notice>
      )}
      <form id="commitment" method="post" action={`/console/imports/${id}/commitment`} />
      <ActionBar>
        {rejected > 0 && (
          <a class="button" href={`/api/v1/imports/${id}/errors.xlsx`} download>
            {w('下载错误文件', 'Download the faults')}
          </a>
        )}
        <a class="button" href={again}>
          {w('重新上传', 'Upload again')}
        </a>
        {accepted > 0 && !(whole && rejected > 0) && (
          <button type="submit" form="commitment" class="button primary">
            {rejected > 0
              ? w(`导入正确的 ${accepted} 行`, `Import the ${accepted} good rows`)
              : w(`导入全部 ${accepted} 行`, `Import all ${accepted} rows`)}
          </button>
        )}
      </ActionBar>
    </>
  )
}
