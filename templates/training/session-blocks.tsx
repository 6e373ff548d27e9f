/** What a session's page shows beside its hours: who checked in, what looks like a forwarded code, and what was corrected. */
import { Card, Notice } from '../parts.tsx'
import { Table } from '../table.tsx'
import { useWords } from '../words.ts'

/** Times are `YYYY-MM-DD HH:MM`, Asia/Shanghai. */
export interface CorrectionProps {
  person_name: string
  hours: number
  now_hours: number
  at: string
  by: string | null
  reason: string | null
}
export interface FlagProps {
  code: string
  message: { zh: string; en: string }
  people: { person_name: string; at: string }[]
}

/** How many are there, and the way to the code. */
export function CheckInState(props: { session_id: string; checked_in: number; people: number; may_show: boolean }) {
  const w = useWords()
  return (
    <Card
      title={w('签到', 'Check-in')}
      actions={
        props.may_show && (
          <a class="button" href={`/console/sessions/${props.session_id}/code`}>
            {w('显示签到码', 'Show the code')}
          </a>
        )
      }
    >
      <p>
        {w(
          `已签到 ${props.checked_in} / ${props.people} 人。签到即记满学时，与实际不符的在下面更正。`,
          `${props.checked_in} of ${props.people} have checked in, for the whole session; correct below what was otherwise.`,
        )}
      </p>
    </Card>
  )
}

/** Never a refusal: the teacher knows who sits in the room. */
export function Flags({ flags }: { flags: FlagProps[] }) {
  const w = useWords()
  return (
    <>
      {flags.map(({ code, message, people }) => (
        <Notice tone="warn">
          <p>{w(message.zh, message.en)}</p>
          <ul data-flag={code}>
            {people.map(({ person_name, at }) => (
              <li>
                {person_name} <time>{at}</time>
              </li>
            ))}
          </ul>
        </Notice>
      ))}
    </>
  )
}

export function Corrections({ items }: { items: CorrectionProps[] }) {
  const w = useWords()
  if (items.length === 0) return null
  return (
    <Table
      caption={w('更正记录', 'Corrections')}
      empty={null}
      columns={[
        { key: 'at', label: w('时间', 'When') },
        { key: 'name', label: w('姓名', 'Name') },
        { key: 'hours', label: w('学时', 'Hours') },
        { key: 'by', label: w('更正人', 'By') },
        { key: 'reason', label: w('原因', 'Reason') },
      ]}
      rows={items.map((item) => ({
        cells: {
          at: item.at,
          name: item.person_name,
          hours: `${item.hours} → ${item.now_hours}`,
          by: item.by ?? '—',
          reason: item.reason ?? '—',
        },
      }))}
    />
  )
}
