/** The first page after sign-in: what waits for this person, what they do most, what they did last. */
import { type Frame, Page } from '../layout.tsx'
import { Card, Empty, Tag, Timeline, type TimelineItem, type Tone } from '../parts.tsx'
import { words } from '../words.ts'

export interface HomeProps {
  frame: Frame
  /** counts that lead to the filtered list; zero counts are left out by the caller */
  todos: { label: string; count: number; unit: string; href: string; tone: Tone }[]
  /** the role's three main tasks */
  tasks: { label: string; note: string; href: string }[]
  recent: TimelineItem[]
}

export function Home({ frame, todos, tasks, recent }: HomeProps) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={w(`您好，${frame.actor?.display_name ?? ''}`, `Hello, ${frame.actor?.display_name ?? ''}`)}
    >
      <ul class="tasks">
        {tasks.map(({ label, note, href }) => (
          <li>
            <a href={href}>
              <strong>{label}</strong>
              <span>{note}</span>
            </a>
          </li>
        ))}
      </ul>
      <div class="halves">
        <Card title={w('待办', 'Waiting for you')}>
          {todos.length === 0 ? (
            <Empty title={w('没有待办的事。', 'Nothing is waiting.')} />
          ) : (
            <ul class="todos">
              {todos.map(({ label, count, unit, href, tone }) => (
                <li>
                  <a href={href}>{label}</a>
                  <Tag tone={tone}>
                    {count.toLocaleString('en-US')} {unit}
                  </Tag>
                </li>
              ))}
            </ul>
          )}
        </Card>
        <Card title={w('最近做过的事', 'What you did last')}>
          {recent.length === 0 ? <Empty title={w('还没有操作记录。', 'Nothing yet.')} /> : <Timeline items={recent} />}
        </Card>
      </div>
    </Page>
  )
}
