/** Small pieces that several pages show: tags, notices, steps, figures, facts, timelines, progress. */
import type { Child, PropsWithChildren } from 'hono/jsx'
import { SYSTEM } from '../src/platform/context.ts'
import { useWords } from './words.ts'

export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'plain'

/** A state in words; the colour only repeats them. */
export function Tag({ tone, children }: PropsWithChildren<{ tone: Tone }>) {
  return <span class={`tag ${tone}`}>{children}</span>
}

const SIGN: Record<Tone, string> = { good: '✓', warn: '!', bad: '✕', info: 'i', plain: '·' }

/** One message about the whole page or block; `bad` is spoken at once by screen readers. */
export function Notice({ tone, children }: PropsWithChildren<{ tone: Tone }>) {
  return (
    <div class={`notice ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      <span class="sign" aria-hidden="true">
        {SIGN[tone]}
      </span>
      <div>{children}</div>
    </div>
  )
}

export function Card({ title, actions, children }: PropsWithChildren<{ title?: string | undefined; actions?: Child }>) {
  return (
    <section class="card">
      {title && (
        <div class="head">
          <h2>{title}</h2>
          {actions && <div class="actions">{actions}</div>}
        </div>
      )}
      {children}
    </section>
  )
}

export interface Kpi {
  label: string
  value: Child
  unit?: string
  note?: Child
  tone?: Tone
  href?: string
}

/** Figures that matter first, each a link to the list behind it where there is one. */
export function Kpis({ items }: { items: Kpi[] }) {
  return (
    <dl class="kpis">
      {items.map(({ label, value, unit, note, tone, href }) => (
        <div class={tone}>
          <dt>{href ? <a href={href}>{label}</a> : label}</dt>
          <dd>
            <strong>{value}</strong>
            {unit && <span> {unit}</span>}
            {note && <small>{note}</small>}
          </dd>
        </div>
      ))}
    </dl>
  )
}

/** Where a piece of work stands. `current` counts from 0; `steps.length` means all are done, but those that are `open` still. */
export function Steps({
  steps,
  current,
}: {
  steps: { label: string; href?: string; open?: boolean }[]
  current: number
}) {
  const w = useWords()
  return (
    <ol class="steps">
      {steps.map(({ label, href, open }, index) => (
        <li class={index < current && !open ? 'done' : undefined} aria-current={index === current ? 'step' : undefined}>
          {href ? <a href={href}>{label}</a> : label}
          {index < current && !open && <span class="unseen">{w('（已完成）', ' (done)')}</span>}
        </li>
      ))}
    </ol>
  )
}

export interface Tab {
  label: string
  href: string
  current: boolean
  count?: number
}

export function Tabs({ label, items }: { label: string; items: Tab[] }) {
  return (
    <nav class="tabs" aria-label={label}>
      {items.map((item) => (
        <a href={item.href} aria-current={item.current ? 'page' : undefined}>
          {item.label}
          {item.count !== undefined && <span class="count">{item.count.toLocaleString('en-US')}</span>}
        </a>
      ))}
    </nav>
  )
}

export function Facts({ items }: { items: { label: string; value: Child }[] }) {
  return (
    <dl class="facts">
      {items.map(({ label, value }) => (
        <div>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

export interface TimelineItem {
  /** `YYYY-MM-DD` or `YYYY-MM-DD HH:MM`, Asia/Shanghai */
  at: string
  title: Child
  who?: string | undefined
  body?: Child
  tone?: Tone | undefined
}

/** What happened, newest first as the caller sorts it. */
export function Timeline({ items }: { items: TimelineItem[] }) {
  const w = useWords()
  return (
    <ol class="timeline">
      {items.map(({ at, title, who, body, tone }) => (
        <li class={tone}>
          <time datetime={at}>{at}</time>
          <div>
            <strong>{title}</strong>
            {who && <span class="quiet"> {who === SYSTEM.username ? w('系统', 'the system') : who}</span>}
            {body && <div>{body}</div>}
          </div>
        </li>
      ))}
    </ol>
  )
}

export interface JobState {
  status: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled'
  done: number
  total: number | null
  error: string | null
}

/**
 * How far a job is. While it runs, `main` is fetched again from `href` every two seconds and morphed in place;
 * without scripts give the frame `refresh_seconds`.
 */
export function Progress({ job, href, unit }: { job: JobState; href: string; unit: string }) {
  const w = useWords()
  const open = job.status === 'queued' || job.status === 'running'
  const label = {
    queued: w('排队中', 'Queued'),
    running: w('处理中', 'Working'),
    succeeded: w('已完成', 'Done'),
    failed: w('没有完成', 'Not finished'),
    cancelled: w('已取消', 'Cancelled'),
  }[job.status]
  const poll = open && {
    'hx-get': href,
    'hx-trigger': 'every 2s',
    'hx-target': 'main',
    'hx-select': 'main',
    'hx-swap': 'outerMorph',
  }
  return (
    <div class="progress" {...poll}>
      <p id="progress-words">
        <strong>{label}</strong> {job.done.toLocaleString('en-US')}
        {job.total !== null && ` / ${job.total.toLocaleString('en-US')}`} {unit}
        {job.total ? w(`（${percent(job.done, job.total)}%）`, ` (${percent(job.done, job.total)}%)`) : ''}
      </p>
      <progress
        value={open && job.total === null ? undefined : job.done}
        max={job.total ?? 1}
        aria-labelledby="progress-words"
      />
      {job.error && <Notice tone="bad">{job.error}</Notice>}
      {open && (
        <p class="quiet">
          {w(
            '可以关闭本页，处理会继续；稍后回到这里查看结果。',
            'You may close this page; the work goes on. Come back for the result.',
          )}
        </p>
      )}
    </div>
  )
}

/** Rounded down, so that 100 % is said only when everything is done. */
function percent(done: number, total: number): number {
  return Math.floor((done * 100) / total)
}

/** `note` says format, size and what is inside, before anybody waits for it. */
export function DownloadLink({ href, note, children }: PropsWithChildren<{ href: string; note?: string | undefined }>) {
  return (
    <a class="download" href={href} download>
      {children}
      {note && <small>{note}</small>}
    </a>
  )
}

/** Nothing to show: `children` say what to do next. */
export function Empty({ title, children }: PropsWithChildren<{ title: string }>) {
  return (
    <div class="empty">
      <p>
        <strong>{title}</strong>
      </p>
      {children}
    </div>
  )
}
