/** What two people entered and do not agree on: both beside each other, one of the two chooses. */

import { inLanguage } from '../../src/platform/errors.ts'
import type { EntryRow } from '../../src/training/assessment-progress.ts'

import { sittingName } from '../../src/training/assessment-rules.ts'
import type { ClassView } from '../../src/training/shapes.ts'
import { fieldId } from '../field-ids.ts'
import { ErrorSummary, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Empty } from '../parts.tsx'
import { ActionBar, Table } from '../table.tsx'
import { words } from '../words.ts'
import { faultOf } from './entry.tsx'

export interface DifferencesProps {
  frame: Frame
  group: ClassView
  differences: { first: EntryRow; second: EntryRow }[]
  /** who reads; settles only what they entered themselves */
  account_id: string
  values: Record<string, string>
  errors: FormError[]
}

export function DifferencesPage({ frame, group, differences, account_id, values, errors }: DifferencesProps) {
  const w = words(frame.lang)
  const back = `/console/classes/${group.id}/results`
  const told = ({ mark, assessed_on, entered_by_name }: EntryRow) =>
    `${mark / 100} · ${assessed_on} · ${entered_by_name}`
  return (
    <Page {...frame} heading={w('录入差异', 'Differences')} back={{ href: back, label: group.name }}>
      <p class="quiet">
        {w(
          '两人录入不一致的成绩，由其中一人对照评分表择一，并写明理由。',
          'Where the two entries differ, one of the two chooses which stands, with a reason.',
        )}
      </p>
      <form method="post" action={`/console/classes/${group.id}/result-differences`}>
        <ErrorSummary errors={errors} />
        <Table
          caption={w('录入差异', 'Differences')}
          empty={<Empty title={w('没有差异。', 'There are no differences.')} />}
          columns={[
            { key: 'name', label: w('姓名', 'Name') },
            { key: 'part', label: w('部分', 'Part') },
            { key: 'first', label: w('先录入', 'First entry') },
            { key: 'second', label: w('后录入', 'Second entry') },
            { key: 'stands', label: w('以哪个为准', 'Which stands') },
            { key: 'reason', label: w('理由', 'Reason') },
          ]}
          rows={differences.map(({ first, second }, index) => {
            const mine = [first.entered_by, second.entered_by].includes(account_id)
            const fault = faultOf(errors, `items.${index}.entry`) ?? faultOf(errors, `items.${index}.reason`)
            const name = `items.${index}.entry`
            return {
              marked: fault ? ['stands'] : [],
              cells: {
                name: first.person_name,
                part: inLanguage(frame.lang, sittingName(first)),
                first: told(first),
                second: told(second),
                stands: mine ? (
                  <>
                    <select
                      id={fieldId(name)}
                      name={name}
                      aria-label={w(`${first.person_name}以哪个为准`, `Which stands for ${first.person_name}`)}
                    >
                      <option value="">{w('暂不处理', 'Not now')}</option>
                      {[first, second].map(({ seq, mark, assessed_on }) => (
                        <option value={seq} selected={values[name] === String(seq)}>
                          {mark / 100} · {assessed_on}
                        </option>
                      ))}
                    </select>
                    {fault && <p class="error">✕ {fault}</p>}
                  </>
                ) : (
                  w('由录入的两人处理', 'for the two who entered')
                ),
                reason: mine ? (
                  <input
                    id={fieldId(`items.${index}.reason`)}
                    name={`items.${index}.reason`}
                    value={values[`items.${index}.reason`]}
                    autocomplete="off"
                    aria-label={w(`${first.person_name}的理由`, `Reason for ${first.person_name}`)}
                  />
                ) : (
                  '—'
                ),
              },
            }
          })}
        />
        {differences.length > 0 && (
          <ActionBar>
            <button type="submit" class="button primary">
              {w('保存处理结果', 'Settle')}
            </button>
          </ActionBar>
        )}
      </form>
    </Page>
  )
}
