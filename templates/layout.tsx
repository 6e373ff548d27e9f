/** The frame around every page: document head, bar, menu, title row, footer; no page repeats any of it. */
import { raw } from 'hono/html'
import type { Child, PropsWithChildren } from 'hono/jsx'
import type { Lang } from '../src/platform/errors.ts'
import { markedChinese } from './chinese.ts'
import { Notice, Tag, type Tone } from './parts.tsx'
import { Language, useWords, words } from './words.ts'

export interface MenuGroup {
  group: string
  items: { href: string; label: string; current: boolean }[]
}

/** What every page has: the reader's preferences, who they are, and what they may open. */
export interface Frame {
  title: string
  lang: Lang
  theme: 'auto' | 'light' | 'dark'
  size: 'normal' | 'large'
  actor: { display_name: string; organisation_name: string | null; role_name: string } | null
  menu: MenuGroup[]
  /** path and query of this page: where a change of preferences comes back to */
  path: string
  flash?: { tone: 'good' | 'bad'; text: string } | null | undefined
  charts?: boolean
  /** without scripts the page loads itself again after so many seconds (a job under way) */
  refresh_seconds?: number | undefined
}

export type PublicFrame = Omit<Frame, 'actor' | 'menu' | 'refresh_seconds'>

const APP = 'app/app.js'
const FONT = '/assets/noto-sans-sc-5.3.1/index.css'

/** A whole console page. `heading` is the one h1; `back` leads to the list this record came from. */
export function Page(
  props: PropsWithChildren<
    Frame & {
      heading: string
      tag?: { tone: Tone; text: string } | undefined
      actions?: Child
      back?: { href: string; label: string } | undefined
    }
  >,
) {
  const w = words(props.lang)
  return (
    <Document {...props} scripts={['htmx.org-4.0.1/htmx.min.js', APP]}>
      <Bar path={props.path} size={props.size} home="/console" menu>
        {props.actor && (
          <>
            <span class="who">
              {props.actor.organisation_name ?? props.actor.role_name} · {props.actor.display_name}
            </span>
            <form method="post" action="/console/sign-out">
              <button type="submit">{w('退出', 'Sign out')}</button>
            </form>
          </>
        )}
      </Bar>
      <div class="frame">
        <Menu groups={props.menu} actor={props.actor} />
        <main id="main" tabindex={-1}>
          {props.back && (
            <a class="back" href={props.back.href}>
              {props.back.label}
            </a>
          )}
          <div class="head">
            <h1>{props.heading}</h1>
            {props.tag && <Tag tone={props.tag.tone}>{props.tag.text}</Tag>}
            {props.actions && <div class="actions">{props.actions}</div>}
          </div>
          {props.flash && <Notice tone={props.flash.tone}>{props.flash.text}</Notice>}
          {props.children}
        </main>
      </div>
      <Footer {...props} />
    </Document>
  )
}

/** A whole page for anybody: verification, publicity, sign-in. Never indexed by search engines. */
export function PublicPage(props: PropsWithChildren<PublicFrame & { heading: string; wide?: boolean }>) {
  return (
    <Document {...props} scripts={[APP]}>
      <Bar path={props.path} size={props.size} home="/v" />
      <main id="main" tabindex={-1} class={props.wide ? 'public wide' : 'public'}>
        <h1>{props.heading}</h1>
        {props.flash && <Notice tone={props.flash.tone}>{props.flash.text}</Notice>}
        {props.children}
      </main>
      <Footer {...props} />
    </Document>
  )
}

/** Brings its own DOCTYPE: `c.html()` sends none, and without it browsers fall back to the rules of 1998. */
function Document(props: PropsWithChildren<PublicFrame & { refresh_seconds?: number | undefined; scripts: string[] }>) {
  const w = words(props.lang)
  const scripts = props.charts
    ? [...props.scripts, 'echarts-6.1.0/echarts.common.min.js', 'app/charts.js']
    : props.scripts
  return (
    <Language.Provider value={props.lang}>
      {raw('<!DOCTYPE html>')}
      <html
        lang={props.lang === 'en' ? 'en' : 'zh-Hans'}
        data-theme={props.theme}
        data-size={props.size === 'large' ? 'large' : undefined}
      >
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="robots" content="noindex" />
          <meta name="color-scheme" content={props.theme === 'auto' ? 'light dark' : props.theme} />
          <title>{`${props.title} · ${w('护育台账', 'Huyu')}`}</title>
          <link rel="icon" href="/assets/app/favicon.svg" type="image/svg+xml" />
          {/* 31 KB that name every character: scripts ask for them only where the machine has no Chinese font */}
          <noscript>
            <link rel="stylesheet" href={FONT} />
          </noscript>
          <link rel="stylesheet" href="/assets/app/style.css" />
          {props.theme !== 'light' && (
            <link
              rel="stylesheet"
              href="/assets/app/dark.css"
              media={props.theme === 'dark' ? 'screen' : 'screen and (prefers-color-scheme: dark)'}
            />
          )}
          {scripts.map((file) => (
            <script src={`/assets/${file}`} defer data-font={file === APP ? FONT : undefined} />
          ))}
          {props.refresh_seconds && (
            <noscript>
              <meta http-equiv="refresh" content={`${props.refresh_seconds}`} />
            </noscript>
          )}
        </head>
        <body>
          <a class="skip" href="#main">
            {w('跳到正文', 'Skip to content')}
          </a>
          <Content lang={props.lang}>{props.children}</Content>
        </body>
      </html>
    </Language.Provider>
  )
}

/** What is on the page; in English with the Chinese of the register marked as such. */
function Content({ lang, children }: PropsWithChildren<{ lang: Lang }>) {
  const content = <>{children}</>
  return lang === 'en' ? raw(markedChinese(String(content))) : content
}

function Bar(props: PropsWithChildren<{ path: string; size: Frame['size']; home: string; menu?: boolean }>) {
  const w = useWords()
  return (
    <header class="bar">
      {props.menu && (
        <button type="button" class="menu-button" popovertarget="menu">
          ☰ {w('菜单', 'Menu')}
        </button>
      )}
      <a class="brand" href={props.home}>
        <img src="/assets/app/favicon.svg" alt="" width="28" height="28" />
        {w('护育台账', 'Huyu')}
      </a>
      <Preference path={props.path}>
        <button type="submit" name="size" value={props.size === 'large' ? 'normal' : 'large'}>
          {props.size === 'large' ? w('标准字号', 'Normal size') : w('大字版', 'Large print')}
        </button>
      </Preference>
      {props.children}
    </header>
  )
}

/** On a phone the menu is a native popover, which opens, closes and returns focus without scripts. */
function Menu({ groups, actor }: { groups: MenuGroup[]; actor: Frame['actor'] }) {
  const w = useWords()
  return (
    <nav id="menu" class="menu" popover="auto" aria-label={w('主菜单', 'Main menu')}>
      {actor && (
        <p class="who">
          {actor.organisation_name ?? actor.role_name} · {actor.display_name}
        </p>
      )}
      {groups.map(({ group, items }) => (
        <>
          <h2>{group}</h2>
          <ul>
            {items.map((item) => (
              <li>
                <a href={item.href} aria-current={item.current ? 'page' : undefined}>
                  {item.label}
                </a>
              </li>
            ))}
          </ul>
        </>
      ))}
    </nav>
  )
}

function Footer({ path, lang, theme }: Pick<Frame, 'path' | 'lang' | 'theme'>) {
  const w = useWords()
  const themes = [
    ['auto', w('跟随系统', 'System')],
    ['light', w('浅色', 'Light')],
    ['dark', w('深色', 'Dark')],
  ] as const
  return (
    <footer class="foot">
      <Preference path={path} label={w('语言', 'Language')}>
        <Choice name="lang" value="zh-CN" chosen={lang} label="中文" />
        <Choice name="lang" value="en" chosen={lang} label="English" />
      </Preference>
      <Preference path={path} label={w('外观', 'Appearance')}>
        {themes.map(([value, label]) => (
          <Choice name="theme" value={value} chosen={theme} label={label} />
        ))}
      </Preference>
      <a href="/v">{w('证书查验', 'Verify a certificate')}</a>
      <a href="/docs">{w('接口文档', 'API documentation')}</a>
    </footer>
  )
}

function Preference({ path, label, children }: PropsWithChildren<{ path: string; label?: string }>) {
  return (
    <form method="post" action="/console/preferences" class="preference">
      <input type="hidden" name="return_to" value={path} />
      {label && <span>{label}</span>}
      {children}
    </form>
  )
}

function Choice({ name, value, chosen, label }: Record<'name' | 'value' | 'chosen' | 'label', string>) {
  return (
    <button type="submit" name={name} value={value} aria-pressed={value === chosen ? 'true' : 'false'}>
      {label}
    </button>
  )
}
