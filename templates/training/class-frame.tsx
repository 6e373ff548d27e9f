/** What every page of a class has on top: its name and phase, the five steps, what it is about, and its tabs. */
import type { Child, PropsWithChildren } from 'hono/jsx'
import { LEVELS } from '../../src/people/rules.ts'
import { daysOf } from '../../src/platform/calendar.ts'
import { inLanguage, type Lang } from '../../src/platform/errors.ts'
import { formatYuan } from '../../src/platform/money.ts'
import { FILING_STATES } from '../../src/training/filing-rules.ts'
import { PHASES, type Phase } from '../../src/training/rules.ts'
import type { ClassView } from '../../src/training/shapes.ts'
import { type Frame, Page } from '../layout.tsx'
import { Facts, Steps, Tabs, type Tone } from '../parts.tsx'
import { words } from '../words.ts'

export type ClassTab = 'filing' | 'roster' | 'hours' | 'results' | 'files'

/** `step` counts from 0 (filing) to 5 (all certificates are out); `next` is the one thing to do now, where the reader may do it. */
export interface ClassFrameProps {
  frame: Frame
  group: ClassView
  tab: ClassTab
  step: number
  next?: { href: string; label: string } | null
  actions?: Child
}

export const PHASE_TONES: Record<Phase, Tone> = {
  preparing: 'info',
  running: 'info',
  awaiting_completion: 'warn',
  awaiting_certificates: 'warn',
  finished: 'good',
  cancelled: 'plain',
}

export function ClassFrame(props: PropsWithChildren<ClassFrameProps>) {
  const { frame, group, tab, step, next } = props
  const w = words(frame.lang)
  const here = `/console/classes/${group.id}`
  return (
    <Page
      {...frame}
      heading={group.name}
      tag={{ tone: PHASE_TONES[group.phase], text: inLanguage(frame.lang, PHASES[group.phase]) }}
      back={{ href: '/console/classes', label: w('培训班', 'Classes') }}
      actions={
        <>
          {props.actions}
          {next && next.href !== frame.path && (
            <a class="button primary" href={next.href}>
              {next.label}
            </a>
          )}
        </>
      }
    >
      {group.status !== 'cancelled' && (
        <Steps
          current={step}
          steps={[
            { label: w('备案', 'Filing'), href: `${here}/filing`, open: group.filing !== 'filing_accepted' },
            { label: w('名单', 'Roster'), href: here },
            { label: w('学时', 'Hours'), href: `${here}/hours` },
            { label: w('成绩', 'Results'), href: `${here}/results` },
            { label: w('发证', 'Certificates') },
          ]}
        />
      )}
      <div class="card">
        <Facts
          items={[
            { label: w('课程', 'Course'), value: group.course_name },
            { label: w('职业等级', 'Occupation, level'), value: occupationOf(group, frame.lang) },
            { label: w('起止', 'Days'), value: daysOf(group) },
            {
              label: w('名额', 'Places'),
              value: w(`${group.people} / ${group.capacity} 人`, `${group.people} of ${group.capacity}`),
            },
            { label: w('培训机构', 'Trainer'), value: group.organisation_name },
            { label: w('评价机构', 'Assessor'), value: group.assessor_name ?? w('未指定', 'none') },
            ...(group.host_school ? [{ label: w('承办院校', 'Held at'), value: group.host_school }] : []),
            ...(group.price_fen === null
              ? []
              : [{ label: w('每人收费', 'Price each'), value: `¥${formatYuan(group.price_fen)}` }]),
            {
              label: w('备案', 'Filing'),
              value: group.filing ? inLanguage(frame.lang, FILING_STATES[group.filing]) : w('未备案', 'not filed'),
            },
          ]}
        />
      </div>
      <Tabs
        label={w('班级内容', 'In this class')}
        items={[
          { label: w('名单', 'Roster'), href: here, current: tab === 'roster', count: group.people },
          { label: w('学时', 'Hours'), href: `${here}/hours`, current: tab === 'hours' },
          { label: w('成绩', 'Results'), href: `${here}/results`, current: tab === 'results' },
          { label: w('文件', 'Files'), href: `${here}/files`, current: tab === 'files' },
          { label: w('备案与状态', 'Filing and states'), href: `${here}/filing`, current: tab === 'filing' },
        ]}
      />
      {props.children}
    </Page>
  )
}

/** `养老护理员 五级/初级工（2019）` */
export function occupationOf(
  { occupation_name, level, standard_edition }: Pick<ClassView, 'occupation_name' | 'level' | 'standard_edition'>,
  lang: Lang,
): string {
  if (!occupation_name) return '—'
  const parts = [
    occupation_name,
    level && inLanguage(lang, LEVELS[level]!),
    standard_edition && `（${standard_edition}）`,
  ]
  return parts.filter(Boolean).join(' ')
}
