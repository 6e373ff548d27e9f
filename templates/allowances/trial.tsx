/** 试算: a search for somebody under a scheme, and a link to what their month comes to. */

import { Field } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Notice } from '../parts.tsx'
import { Filters, Results, Table } from '../table.tsx'
import { words } from '../words.ts'
import { levelName } from './words.ts'

export interface TrialProps {
  frame: Frame
  scheme: { code: string; name: string }
  month: string
  /** the last month that is over */
  last: string
  q: string
  people: { id: string; name: string; id_number_masked: string; level: number | null }[]
  /** there are more than these */
  more: boolean
}

export function Trial({ frame, scheme, month, last, q, people, more }: TrialProps) {
  const w = words(frame.lang)
  const address = `/console/schemes/${scheme.code}`
  return (
    <Page
      {...frame}
      heading={w(`试算：${scheme.name}`, `Try a month: ${scheme.name}`)}
      back={{ href: address, label: scheme.name }}
    >
      <p class="quiet">
        {w(
          '按现在已知的事实和该月的标准逐项判断，不写入任何数据。',
          'Judged by what is known now and the rules of that month; nothing is written.',
        )}
      </p>
      <Filters personal action={`${address}/trial`}>
        <Field
          label={w('姓名、拼音或证件后四位', 'Name, pinyin or last four of the ID')}
          name="q"
          type="search"
          value={q}
        />
        <Field label={w('月份', 'Month')} name="month" type="month" value={month} attributes={{ max: last }} />
      </Filters>
      <Results>
        {more && (
          <Notice tone="info">
            {w(
              '同名的人较多，请多输入几个字或用证件后四位。',
              'There are more of that name: type more of it, or the last four of the ID.',
            )}
          </Notice>
        )}
        {q !== '' && (
          <Table
            caption={w('查到的人员', 'People found')}
            empty={w('没有查到，请核对姓名和辖区。', 'Nobody found: look at the name and the district.')}
            columns={[
              { key: 'name', label: w('姓名', 'Name') },
              { key: 'number', label: w('证件号码', 'ID number') },
              { key: 'level', label: w('等级', 'Level') },
            ]}
            rows={people.map((person) => ({
              cells: {
                name: (
                  <a
                    href={`/console/people/${person.id}/allowance-months?${new URLSearchParams({ scheme_code: scheme.code, month })}`}
                  >
                    {person.name}
                  </a>
                ),
                number: person.id_number_masked,
                level: levelName(person.level, frame.lang),
              },
            }))}
          />
        )}
      </Results>
    </Page>
  )
}
