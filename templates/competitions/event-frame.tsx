/** What every page of an event has on top: its name, the four steps and the tabs. */
import type { Child, PropsWithChildren } from 'hono/jsx'
import { moduleName } from '../../src/competitions/event-rules.ts'
import type { EventView } from '../../src/competitions/shapes.ts'
import { inLanguage, type Lang } from '../../src/platform/errors.ts'
import { type Frame, Page } from '../layout.tsx'
import { Facts, Steps, Tabs } from '../parts.tsx'
import { words } from '../words.ts'

export interface EventFrameProps {
  frame: Frame
  event: EventView
  tab: 'entries' | 'rules' | 'scores' | 'ranking' | 'appeals'
  /** the organiser sees marks */
  may_change: boolean
  actions?: Child
}

export function EventFrame({ frame, event, tab, may_change, actions, children }: PropsWithChildren<EventFrameProps>) {
  const w = words(frame.lang)
  const here = `/console/events/${event.id}`
  const current = event.published_at ? 4 : event.ranked ? 3 : event.entries > 0 && event.judges > 0 ? 1 : 0
  return (
    <Page
      {...frame}
      heading={event.name}
      tag={
        event.published_at
          ? { tone: 'good', text: w('已公布', 'Published') }
          : { tone: 'info', text: w('进行中', 'Under way') }
      }
      back={{ href: `/console/competitions/${event.competition_id}`, label: event.competition_name }}
      actions={actions}
    >
      <Steps
        current={current}
        steps={[
          { label: w('报名抽签', 'Entries'), href: here },
          { label: w('录分', 'Marks') },
          { label: w('排名', 'Ranking'), href: `${here}/ranking` },
          { label: w('公布', 'Publication') },
        ]}
      />
      <div class="card">
        <Facts
          items={[
            { label: w('职业', 'Occupation'), value: event.occupation_name },
            { label: w('模块与权重', 'Modules'), value: weightsOf(event, frame.lang) },
            { label: w('选手', 'Entries'), value: event.entries },
            { label: w('评委', 'Judges'), value: event.judges },
          ]}
        />
      </div>
      <Tabs
        label={w('项目内容', 'In this event')}
        items={[
          {
            label: w('选手与评委', 'Entries and judges'),
            href: here,
            current: tab === 'entries',
            count: event.entries,
          },
          { label: w('评分规则', 'Rules'), href: `${here}/rules`, current: tab === 'rules' },
          ...(may_change ? [{ label: w('分数', 'Marks'), href: `${here}/scores`, current: tab === 'scores' }] : []),
          { label: w('名次', 'Ranking'), href: `${here}/ranking`, current: tab === 'ranking' },
          { label: w('公布与申诉', 'Publication'), href: `${here}/appeals`, current: tab === 'appeals' },
        ]}
      />
      {children}
    </Page>
  )
}

/** `理论 30%、实操 70%` */
export function weightsOf({ rules }: Pick<EventView, 'rules'>, lang: Lang): string {
  return rules.modules.map((module) => `${inLanguage(lang, moduleName(module))} ${module.weight}%`).join('、')
}
