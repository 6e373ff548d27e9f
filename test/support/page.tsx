/** A frame to render pages in, and the HTML a browser would get. */
import { Hono } from 'hono'
import type { HtmlEscapedString } from 'hono/utils/html'
import type { Frame } from '../../templates/layout.tsx'

export const frame: Frame = {
  title: '从业人员',
  lang: 'zh-CN',
  theme: 'auto',
  size: 'normal',
  actor: { display_name: '周敏', organisation_name: '西湖区民政局', role_name: '区县民政' },
  menu: [{ group: '培训与认证', items: [{ href: '/console/people', label: '从业人员', current: true }] }],
  path: '/console/people?q=zm',
}

/** What a component gives back. */
export type Rendered = HtmlEscapedString | Promise<HtmlEscapedString>

export async function render(page: Rendered): Promise<string> {
  const app = new Hono().get('/', (c) => c.html(page))
  return (await app.request('/')).text()
}
