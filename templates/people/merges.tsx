/** Merging two records: what will move before it is confirmed, the merges that were made, and taking one apart. */

import { CHANGED_FIELDS } from '../../src/people/history-words.ts'
import { BELONGING_NAMES } from '../../src/people/merging-rules.ts'
import { localTime } from '../../src/platform/calendar.ts'
import type { Lang } from '../../src/platform/errors.ts'
import { Confirm, Field, Form } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Empty, Facts, Notice, Tag } from '../parts.tsx'
import { Pager, Results, Table } from '../table.tsx'
import { words } from '../words.ts'
import { type Compared, Comparison, MergingTabs } from './duplicates.tsx'
import type { FormPageProps } from './forms.tsx'
import { nameOf } from './parts.tsx'

type Counts = Record<string, number>

export interface MergeFormProps extends FormPageProps {
  merged: Compared
  survivor: Compared
  plan: { moved: Counts; not_carried: Counts }
}

export function MergeForm({ frame, merged, survivor, plan, values, errors }: MergeFormProps) {
  const w = words(frame.lang)
  const two_resident_ids = merged.id_type === 'resident_id' && survivor.id_type === 'resident_id'
  return (
    <Page
      {...frame}
      heading={w('合并两条记录', 'Merge two records')}
      back={{ href: '/console/duplicates', label: w('疑似重复', 'Duplicates') }}
    >
      <div class="card confirm danger">
        <Comparison
          lang={frame.lang}
          people={[survivor, merged]}
          headings={[w('保留的记录', 'The record that stays'), w('并入的记录', 'The record merged into it')]}
        />
        <Facts
          items={[
            { label: w('移入', 'Moves'), value: countsInWords(plan.moved, frame.lang) },
            {
              label: w('不移入', 'Stays'),
              value: `${countsInWords(plan.not_carried, frame.lang)}${w('（保留的记录已有相同内容）', ' (the other has the same)')}`,
            },
          ]}
        />
        <p>
          {w(
            '合并后，并入的记录不再出现在任何名单里，原网址自动转到保留的记录。已批准的津贴不变，差额由下一批次自动补发或追回。证书上打印的内容不变。',
            'The merged record is in no list any more, and its address leads to the one that stays. Approved allowances stay as they are; the next run pays or recovers the difference. What certificates say does not change.',
          )}
        </p>
        {two_resident_ids && (
          <Notice tone="warn">
            {w(
              `两条记录的居民身份证号码不同：${survivor.id_number_masked} 与 ${merged.id_number_masked}。一个人只有一个号码，请先核对原件。`,
              `Two resident ID numbers: ${survivor.id_number_masked} and ${merged.id_number_masked}. A person has one: compare the originals first.`,
            )}
          </Notice>
        )}
        <Form
          action={`/console/people/${merged.id}/merge`}
          errors={errors}
          submit={w('合并', 'Merge')}
          cancel="/console/duplicates"
          danger
        >
          <input type="hidden" name="into" value={survivor.id} />
          {two_resident_ids && (
            <Field
              label={w('已核对原件，号码不同但确属同一人', 'Originals compared: one person with two numbers')}
              name="confirm_different_documents"
              type="checkbox"
              checked={values.confirm_different_documents === 'true'}
            />
          )}
          <Field label={w('合并理由', 'Reason')} name="reason" type="textarea" value={values.reason} required />
        </Form>
      </div>
    </Page>
  )
}

export interface MergeView {
  id: string
  merged: { id: string; name: string; id_number_masked: string }
  survivor: { id: string; name: string; id_number_masked: string }
  reason: string
  merged_by: string
  merged_at: Date
  moved: Counts
  filled: string[]
  undone_at: Date | null
  undone_by: string | null
  undo_reason: string | null
}

export function Merges({
  frame,
  items,
  next,
  first,
}: {
  frame: Frame
  items: MergeView[]
  next: string | null
  first: string | null
}) {
  const w = words(frame.lang)
  return (
    <Page {...frame} heading={w('合并记录', 'Merges')}>
      <MergingTabs current="merges" />
      <Results>
        <Table
          caption={w('合并记录', 'Merges')}
          columns={[
            { key: 'survivor', label: w('保留的记录', 'Stays') },
            { key: 'merged', label: w('并入的记录', 'Merged') },
            { key: 'at', label: w('时间', 'When') },
            { key: 'by', label: w('经办人', 'By') },
            { key: 'reason', label: w('理由', 'Reason') },
            { key: 'moved', label: w('移入', 'Moved') },
            { key: 'state', label: w('办理', 'Action') },
          ]}
          rows={items.map((merge) => ({
            cells: {
              survivor: (
                <a href={`/console/people/${merge.survivor.id}`}>
                  {merge.survivor.name} {merge.survivor.id_number_masked}
                </a>
              ),
              merged: `${merge.merged.name} ${merge.merged.id_number_masked}`,
              at: localTime(merge.merged_at),
              by: merge.merged_by,
              reason: merge.reason,
              moved: countsInWords(merge.moved, frame.lang),
              state: merge.undone_at ? (
                <>
                  <Tag tone="plain">{w('已撤销', 'Undone')}</Tag> {localTime(merge.undone_at)} {merge.undone_by}{' '}
                  {merge.undo_reason}
                </>
              ) : (
                <a href={`/console/person-merges/${merge.id}/undoing`}>{w('撤销', 'Undo')}</a>
              ),
            },
          }))}
          empty={
            <Empty title={w('还没有合并过记录。', 'Nothing was merged yet.')}>
              <p>{w('在“疑似重复”中核对并合并。', 'Compare and merge under Duplicates.')}</p>
            </Empty>
          }
        />
        <Pager next={next} first={first} />
      </Results>
    </Page>
  )
}

export function UndoingForm({ frame, merge, values, errors }: FormPageProps & { merge: MergeView }) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={`${w('撤销合并', 'Undo the merge')} · ${merge.survivor.name}`}
      back={{ href: '/console/person-merges', label: w('合并记录', 'Merges') }}
    >
      <Confirm
        action={`/console/person-merges/${merge.id}/undoing`}
        errors={errors}
        submit={w('撤销合并', 'Undo the merge')}
        cancel="/console/person-merges"
        reason={{ label: w('撤销理由', 'Reason'), value: values.reason }}
        danger
      >
        <Facts
          items={[
            { label: w('保留的记录', 'Stayed'), value: `${merge.survivor.name} ${merge.survivor.id_number_masked}` },
            { label: w('并入的记录', 'Merged'), value: `${merge.merged.name} ${merge.merged.id_number_masked}` },
            { label: w('合并理由', 'Why merged'), value: merge.reason },
            { label: w('当时移入', 'Moved then'), value: countsInWords(merge.moved, frame.lang) },
            {
              label: w('补全的资料', 'Details taken over'),
              value: merge.filled.map((field) => nameOf(CHANGED_FIELDS, field, frame.lang)).join('、') || '—',
            },
          ]}
        />
        <p>
          {w(
            '合并后没有改动过的退回原记录，两条记录重新分开；合并后改动过的留在保留的记录上，并逐项列明。已批准的津贴不变，差额由下一批次处理。',
            'What has not changed since goes back and the records are apart again; what has changed stays and is named. Approved allowances stay; the next run settles the difference.',
          )}
        </p>
      </Confirm>
    </Page>
  )
}

function countsInWords(counts: Counts, lang: Lang): string {
  const told = Object.entries(counts).map(([table, count]) => `${nameOf(BELONGING_NAMES, table, lang)} ${count}`)
  return told.join(lang === 'en' ? ', ' : '、') || '—'
}
