/** The code on the screen of the classroom, and a carer's own page of check-ins. */
import { inLanguage } from '../../src/platform/errors.ts'
import { CHECK_IN_WAYS } from '../../src/training/check-in-rules.ts'
import type { SessionView } from '../../src/training/session-shapes.ts'
import type { ClassView } from '../../src/training/shapes.ts'
import { Field, Form } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Empty } from '../parts.tsx'
import { type Qr, QrCode } from '../qr.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'

/** How often the page fetches itself again: often enough that a code on the screen is always one that is taken. */
const CODE_REFRESH_SECONDS = 10

export interface SessionCodeProps {
  frame: Frame
  group: ClassView
  session: SessionView
  digits: string
  qr: Qr
  /** of the page for digits, as people type it */
  page_address: string
  present: number
}

/** Renews itself: with scripts in place, without them as a whole. */
export function SessionCode({ frame, group, session, digits, qr, page_address, present }: SessionCodeProps) {
  const w = words(frame.lang)
  const href = `/console/sessions/${session.id}/code`
  return (
    <Page
      {...frame}
      refresh_seconds={CODE_REFRESH_SECONDS}
      heading={w('扫码签到', 'Scan to check in')}
      back={{ href: `/console/sessions/${session.id}`, label: `${session.held_on} ${session.topic}` }}
    >
      <div
        class="card verdict"
        id="code"
        hx-get={href}
        hx-trigger={`every ${CODE_REFRESH_SECONDS}s`}
        hx-target="#code"
        hx-select="#code"
        hx-swap="outerHTML"
      >
        <p>
          {group.name} · {session.topic}
        </p>
        <QrCode qr={qr} size={420} label={w('签到二维码', 'QR code to check in')} />
        <p class="quiet">
          {w(`不能扫码的，打开 ${page_address} 输入：`, `Cannot scan? Open ${page_address} and enter:`)}
        </p>
        <p class="digits">{digits.replace(/(...)/, '$1 ')}</p>
        <p role="status">
          {w(`已签到 ${present} / ${group.people} 人`, `${present} of ${group.people} have checked in`)}
        </p>
      </div>
    </Page>
  )
}

export interface OwnCheckInsProps {
  frame: Frame
  items: {
    class_name: string
    topic: string
    held_on: string
    at: string
    how: keyof typeof CHECK_IN_WAYS
    hours: number | null
  }[]
}

/** `/console/check-ins` of a carer. */
export function OwnCheckIns({ frame, items }: OwnCheckInsProps) {
  const w = words(frame.lang)
  return (
    <Page {...frame} heading={w('我的签到', 'My check-ins')}>
      <Card title={w('签到', 'Check in')}>
        <Form action="/check-in" submit={w('签到', 'Check in')}>
          <Field
            label={w('签到码', 'Code')}
            name="code"
            required
            hint={w(
              '教室屏幕上的 6 位数字；用手机扫屏幕上的二维码更快',
              'The six digits on the screen; scanning its QR code is faster',
            )}
            attributes={{ autocomplete: 'off', inputmode: 'numeric', maxlength: 7 }}
          />
        </Form>
      </Card>
      <Table
        caption={w('签到记录', 'Check-ins')}
        empty={<Empty title={w('还没有签到记录。', 'No check-in yet.')} />}
        columns={[
          { key: 'day', label: w('上课日期', 'Day') },
          { key: 'class', label: w('培训班', 'Class') },
          { key: 'topic', label: w('主题', 'Topic') },
          { key: 'at', label: w('签到时间', 'Checked in') },
          { key: 'how', label: w('方式', 'How') },
          { key: 'hours', label: w('学时', 'Hours'), numeric: true },
        ]}
        rows={items.map((item) => ({
          cells: {
            day: item.held_on,
            class: item.class_name,
            topic: item.topic,
            at: item.at,
            how: inLanguage(frame.lang, CHECK_IN_WAYS[item.how]),
            hours: item.hours ?? '—',
          },
        }))}
      />
    </Page>
  )
}
