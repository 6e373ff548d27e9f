/** What every page promises: valid frame, no inline code or style, labelled fields, words for every state. */
import { describe, expect, test } from 'vitest'
import { SignIn } from '../../templates/access/sign-in.tsx'
import { markedChinese } from '../../templates/chinese.ts'
import { LookUp } from '../../templates/credentials/look-up.tsx'
import { Verdict } from '../../templates/credentials/verify.tsx'
import { Confirm, Field, Form } from '../../templates/form.tsx'
import { Page } from '../../templates/layout.tsx'
import { Kpis, Progress, Steps, Tag, Timeline } from '../../templates/parts.tsx'
import { Cockpit } from '../../templates/reports/cockpit.tsx'
import { Home } from '../../templates/reports/home.tsx'
import { ActionBar, Filters, Pager, Results, Table } from '../../templates/table.tsx'
import { frame, type Rendered, render } from '../support/page.tsx'

const choice = { value: '', options: [{ value: '', label: '全部' }] }
const cockpit = (
  <Cockpit
    frame={frame}
    as_of="2026-11-23 08:00"
    filters={{ year: choice, workforce: choice, district_code: choice }}
    kpis={[{ label: '持证人员', value: '996', unit: '人' }]}
    charts={[
      {
        title: '各季津贴发放',
        kind: 'columns',
        category: '季度',
        unit: '元',
        columns: [
          { label: '人数', plotted: false },
          { label: '金额', plotted: true },
        ],
        rows: [
          {
            label: '26Q3',
            cells: [
              { value: 212, text: '212' },
              { value: 148350, text: '¥148,350.00' },
            ],
          },
        ],
      },
    ]}
    divisions={{
      title: '各区县持证人数',
      unit: '人',
      columns: [{ label: '人', plotted: true }],
      rows: [
        { code: '330106', label: '西湖区', cells: [{ value: 71, text: '71' }] },
        { code: '330102', label: '上城区', cells: [{ value: 94, text: '94' }] },
      ],
    }}
  />
)

const list = (
  <Page {...frame} heading="从业人员" tag={{ tone: 'good', text: '已核对' }} refresh_seconds={5}>
    <Filters action="/console/people" count="共 1 人">
      <Field label="姓名" name="q" type="search" value='"><script>alert(1)</script>' />
    </Filters>
    <form method="post" action="/console/people/selection">
      <Results>
        <Table
          caption="从业人员"
          select="person_id"
          details="依据"
          empty="没有符合条件的人员。"
          columns={[
            { key: 'name', label: '姓名', sort: { href: '?sort=name', order: 'ascending' } },
            { key: 'since', label: '入职日期' },
            { key: 'state', label: '证书状态' },
          ]}
          rows={[
            {
              id: 'p1',
              label: '王芳',
              cells: { name: '王芳', since: '2026-03-18', state: <Tag tone="bad">已撤销</Tag> },
              marked: ['since'],
              detail: '第四条',
            },
          ]}
        />
        <Pager next="?cursor=abc" />
      </Results>
      <ActionBar unit="人" all="选择全部 312 条结果">
        <button type="submit">导出</button>
      </ActionBar>
    </form>
    <Kpis items={[{ label: '人数', value: '212', href: '/console/people' }]} />
    <Steps current={1} steps={[{ label: '上传' }, { label: '核对' }, { label: '完成' }]} />
    <Progress href="/console/x" unit="行" job={{ status: 'running', done: 4999, total: 5000, error: null }} />
    <Timeline items={[{ at: '2026-11-23 09:12', title: '复核通过', who: '周敏' }]} />
  </Page>
)

const form = (
  <Page {...frame} heading="新建培训班">
    <Form
      action="/console/classes"
      submit="保存"
      errors={[{ pointer: '/starts_on', message: '开班日期 2026-02-30 不存在。' }]}
    >
      <Field label="开班日期" name="starts_on" hint="首次上课的日期" value="2026-02-30" required />
    </Form>
    <Confirm action="/console/x" submit="撤销" danger reason={{ label: '原因' }}>
      撤销后不能恢复。
    </Confirm>
  </Page>
)

const pages: [string, Rendered][] = [
  ['list', list],
  ['form', form],
  ['cockpit', cockpit],
  ['home', <Home frame={frame} tasks={[]} todos={[]} recent={[]} />],
  ['sign-in', <SignIn frame={frame} values={{ username: 'trainer' }} refusal="账号或密码不对。" second_factor />],
  ['look-up', <LookUp frame={frame} values={{}} />],
  [
    'verdict',
    <Verdict
      frame={frame}
      status="valid"
      checked_at="2026-11-23 21:31"
      number={null}
      kind_name="技能等级证书"
      issuer_name="示例学校"
      printed={null}
      action="/v"
    />,
  ],
]

describe.each(pages)('%s page', (_, page) => {
  test('opens in standards mode with one heading, one main and the language said', async () => {
    const html = await render(page)
    expect(html.startsWith('<!DOCTYPE html><html lang="zh-Hans"')).toBe(true)
    expect(html.match(/<h1/g)).toHaveLength(1)
    expect(html.match(/<main/g)).toHaveLength(1)
  })

  test('carries no inline script, handler or style, so that the strict policy holds', async () => {
    const html = await render(page)
    expect(html).not.toMatch(/<script(?![^>]* src="\/assets\/)/)
    expect(html).not.toMatch(/<[^>]+ (style|on[a-z]+|hx-on[^=]*)=/)
    expect(html).not.toContain('<style')
    expect(html).not.toMatch(/(src|href)="(https?:)?\/\//)
  })

  test('names every field and repeats no id', async () => {
    const html = await render(page)
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    const controls = [...html.matchAll(/<(?:input|select|textarea)[^>]*>/g)].map(([tag]) => tag)
    for (const tag of controls.filter((tag) => !tag.includes('type="hidden"')))
      expect(
        tag.includes('aria-label=') || html.includes(`for="${/ id="([^"]+)"/.exec(tag)?.[1]}"`) || isWrapped(html, tag),
        tag,
      ).toBe(true)
  })
})

test('what users typed is shown as text, never as markup', async () => {
  expect(await render(list)).not.toContain('<script>alert')
})

test('a fault is said in the summary, beside the field, and to screen readers', async () => {
  const html = await render(form)
  expect(html).toContain('<a href="#field-starts_on">开班日期 2026-02-30 不存在。</a>')
  expect(html).toMatch(/id="field-starts_on"[^>]*aria-describedby="field-starts_on-hint field-starts_on-error"/)
  expect(html).toMatch(/id="field-starts_on"[^>]*aria-invalid="true"/)
  expect(html).toContain('value="2026-02-30"')
})

test('a table says its sorting, labels every cell for phones and frames the faulty one', async () => {
  const html = await render(list)
  expect(html).toContain('aria-sort="ascending"')
  expect(html).toContain('<td class="short marked" data-l="入职日期">2026-03-18</td>')
  expect(html).toContain('value="p1" aria-label="王芳"')
})

test('a table without rows says so instead', async () => {
  const html = await render(<Table caption="名单" columns={[]} rows={[]} empty="还没有学员。" />)
  expect(html).not.toContain('<table')
  expect(html).toContain('还没有学员。')
})

test('progress says 100 % only when everything is done, and reloads without scripts', async () => {
  const html = await render(list)
  expect(html).toContain('4,999 / 5,000 行（99%）')
  expect(html).toContain('<noscript><meta http-equiv="refresh" content="5"/></noscript>')
  const done = await render(
    <Progress href="/x" unit="行" job={{ status: 'succeeded', done: 5000, total: 5000, error: null }} />,
  )
  expect(done).toContain('（100%）')
  expect(done).not.toContain('hx-get')
})

test('a chart draws only from the figures its table shows', async () => {
  const html = await render(cockpit)
  expect(html).toContain('<th scope="col" class="numeric" data-plotted="">金额</th>')
  expect(html).toContain('<data value="148350">¥148,350.00</data>')
})

test('the tile map is left out where a division has no place in it', async () => {
  expect(await render(cockpit)).toContain('class="tiles"')
  const rows = ['350203', '350205'].map((code) => ({ code, label: code, cells: [{ value: 1, text: '1' }] }))
  const elsewhere = { title: '持证', unit: '人', columns: [{ label: '人', plotted: true }], rows }
  const html = await render(
    <Cockpit
      frame={frame}
      as_of="2026-11-23 08:00"
      filters={{ year: choice, workforce: choice, district_code: choice }}
      kpis={[]}
      charts={[]}
      divisions={elsewhere}
    />,
  )
  expect(html).not.toContain('class="tiles"')
})

test('large print and a chosen theme reach the root element; light links no dark colours', async () => {
  const html = await render(<LookUp frame={{ ...frame, size: 'large', theme: 'light' }} values={{}} />)
  expect(html).toContain('data-theme="light" data-size="large"')
  expect(html).not.toContain('dark.css')
})

/** A tick box inside its label. */
function isWrapped(html: string, tag: string): boolean {
  return html.slice(0, html.indexOf(tag)).endsWith('<label class="tick">')
}

describe('Chinese on a page in English says its language', () => {
  test.each([
    ['on the element that holds nothing else', '<td>王小芳</td>', '<td lang="zh-Hans">王小芳</td>'],
    [
      'around the run within other words',
      '<p>Issued to 王小芳 (示例〔2026〕12 号)</p>',
      '<p>Issued to <span lang="zh-Hans">王小芳</span> (<span lang="zh-Hans">示例〔2026〕12 号</span>)</p>',
    ],
    ['after another element', '<li><b>1</b> 西湖区</li>', '<li><b>1</b> <span lang="zh-Hans">西湖区</span></li>'],
    [
      'on what holds only text',
      '<option value="a">Level 5 养老护理员</option>',
      '<option lang="zh-Hans" value="a">Level 5 养老护理员</option>',
    ],
    ['on a field with such a value', '<input value="王小芳"/>', '<input lang="zh-Hans" value="王小芳"/>'],
    ['once', '<b lang="zh-Hans">中文</b>', '<b lang="zh-Hans">中文</b>'],
    ['and English stays as it was', '<p title="Person">People</p>', '<p title="Person">People</p>'],
  ])('%s', (_, html, expected) => expect(markedChinese(html)).toBe(expected))
})
