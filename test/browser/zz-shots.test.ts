/** temporary */
import { serve } from '@hono/node-server'
import { serveStatic } from '@hono/node-server/serve-static'
import { expect, test } from 'vitest'
import { registerPeople } from '../../src/people/actions.ts'
import { checkDigit } from '../../src/people/identity.ts'
import { openBrowser } from '../support/browser.ts'
import { PASSWORD, world } from '../support/world.ts'

test('shots', async () => {
  const w = await world()
  w.deps.publicUrl = 'http://127.0.0.1:3971'
  const names = ['王小芳', '李建国', '张秀英', '刘洋', '陈静', '杨伟', '赵敏', '黄丽华', '周涛', '吴桂兰', '欧阳春梅', '古丽·买买提']
  const make = (from: number) => names.map((name, i) => {
    const n = `10990119800101${String(from + i).padStart(3, '0')}`
    return { name, id_type: 'resident_id' as const, id_number: n + checkDigit(n), workforce: 'elder_care' as const }
  })
  const ctx = await w.context('trainer')
  const ids = (await w.db.transaction().execute((tx) => registerPeople(tx, ctx, make(1)))).map(({ id }) => id)
  const fctx = await w.context('facility')
  const fids = (await w.db.transaction().execute((tx) => registerPeople(tx, fctx, make(101)))).map(({ id }) => id)
  await w.db.insertInto('employments').values(fids.map((person_id) => ({ person_id, organisation_id: w.org.home, post: 'care', contract_kind: 'labour', starts_on: '2025-01-01' }))).execute()
  const t = w.as('trainer'); const a = w.as('assessor'); const d = w.as('district')
  const j = async (r: Promise<Response>) => (await r).json()
  const course = await j(t.post('/api/v1/courses', { name: '养老护理员五级', kind: 'skill_level', occupation_code: '4-10-01-05', standard_edition: '2019', level: 5, theory_hours: 40, practice_hours: 60, attendance_percent: 8 }))
  const mk = (name: string, s: string, e: string) => j(t.post('/api/v1/classes', { course_id: course.id, name, starts_on: s, ends_on: e, capacity: 30, assessor_organisation_id: w.org.assessor }))
  const c1 = await mk('2026 年秋季五级班', '2026-11-01', '2026-11-30')
  await mk('2027 年春季五级班', '2027-03-01', '2027-04-01')
  const c3 = await mk('2026 年夏季五级班', '2026-06-01', '2026-07-01')
  await j(t.post(`/api/v1/classes/${c1.id}/enrolments`, { person_ids: ids.slice(0, 8) }))
  const s1 = await j(t.post(`/api/v1/classes/${c1.id}/sessions`, { held_on: '2026-11-02', topic: '移位与清洁照护', part: 'practice', hours: 8 }))
  await t.post(`/api/v1/sessions/${s1.id}/check-ins`, { person_ids: ids.slice(0, 6) })
  await j(a.post(`/api/v1/classes/${c1.id}/results`, { items: ids.slice(0, 4).map((person_id, i) => ({ person_id, assessed_on: '2026-11-20', theory: 55 + i * 5.25, practical: 70 })) }))
  await j(t.post(`/api/v1/classes/${c3.id}/enrolments`, { person_ids: ids.slice(8) }))
  const comp = await j(d.post('/api/v1/competitions', { name: '2026 年西湖区养老护理职业技能竞赛', tier: 'district', held_on: '2026-11-20', citation: '西民发〔2026〕1 号', organisation_id: w.org.authority }))
  const ev = await j(d.post(`/api/v1/competitions/${comp.id}/events`, { name: '养老护理员', occupation_code: '4-10-01-05', theory_weight: 30 }))
  await j(d.post(`/api/v1/events/${ev.id}/entries`, { items: fids.slice(0, 6).map((person_id) => ({ person_id })) }))
  await j(d.post(`/api/v1/events/${ev.id}/judges`, { items: [{ part: 'theory', name: '阅卷组' }, ...['王', '李', '张', '刘', '陈'].map((n) => ({ part: 'practical', name: `${n}评委` }))] }))
  const items = [1, 2, 3, 4, 5, 6].flatMap((station) => [{ station, part: 'theory', judge: '阅卷组', points: 70 + station }, ...['王', '李', '张', '刘', '陈'].map((n, i) => ({ station, part: 'practical', judge: `${n}评委`, points: 80 + station + i / 4 }))])
  await j(d.post(`/api/v1/events/${ev.id}/scores`, { items }))
  await j(d.post(`/api/v1/events/${ev.id}/ranking`))
  const { Hono } = await import('hono')
  const outer = new Hono()
  outer.use('/assets/app/*', serveStatic({ root: './templates/public', rewriteRequestPath: (p) => p.replace('/assets/app', '') }))
  outer.all('*', (c) => w.app.fetch(c.req.raw))
  const server = serve({ fetch: outer.fetch, port: 3971 })
  const browser = await openBrowser()
  const shots: [string, string, string, number?][] = [
    ['trainer', 'classes', '/console/classes'],
    ['trainer', 'class', `/console/classes/${c1.id}`],
    ['trainer', 'class-phone', `/console/classes/${c1.id}`, 360],
    ['trainer', 'new', '/console/classes/new'],
    ['trainer', 'course-new', '/console/courses/new'],
    ['trainer', 'people', `/console/classes/${c1.id}/people`],
    ['trainer', 'hours', `/console/classes/${c1.id}/hours`],
    ['trainer', 'session', `/console/sessions/${s1.id}`],
    ['assessor', 'results', `/console/classes/${c1.id}/results`],
    ['assessor', 'results-phone', `/console/classes/${c1.id}/results`, 360],
    ['trainer', 'completion', `/console/classes/${c1.id}/completion`],
    ['trainer', 'cancel', `/console/classes/${c1.id}/cancellation`],
    ['district', 'competitions', '/console/competitions'],
    ['district', 'competition', `/console/competitions/${comp.id}`],
    ['district', 'event', `/console/events/${ev.id}`],
    ['district', 'scores', `/console/events/${ev.id}/scores?part=practical`],
    ['district', 'ranking', `/console/events/${ev.id}/ranking`],
    ['district', 'publication', `/console/events/${ev.id}/publication`],
    ['district', 'entrants', `/console/events/${ev.id}/people`],
  ]
  const { readFileSync } = await import('node:fs')
  const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8')
  const contexts: Record<string, any> = {}
  const problems: string[] = []
  for (const [who, name, path, width] of shots) {
    try {
    const key = `${who}${width ?? ''}`
    if (!contexts[key]) {
      contexts[key] = await browser.newContext({ viewport: { width: width ?? 1280, height: 900 }, locale: 'zh-CN', bypassCSP: true })
      const p = await contexts[key].newPage()
      p.setDefaultTimeout(8000)
      await p.goto('http://127.0.0.1:3971/console/sign-in')
      await p.fill('[name=username]', who); await p.fill('[name=password]', PASSWORD); await p.click('main button[type=submit]')
      await p.close()
    }
    const p = await contexts[key].newPage()
    p.on('console', (m: any) => m.type() === 'error' && !/MIME|404/.test(m.text()) && problems.push(`${name} console ${m.text()}`))
    p.setDefaultTimeout(8000)
    console.log(name)
    await p.goto(`http://127.0.0.1:3971${path}`)
    await p.screenshot({ timeout: 8000, path: `/tmp/shots/${name}.png`, fullPage: true })
    await p.evaluate(axe)
    const found = await p.evaluate(() => (window as any).axe.run())
    for (const v of found.violations) problems.push(`${name} ${v.id}: ${v.nodes.slice(0, 2).map((n: any) => n.html).join(' | ')}`)
    const over = await p.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    if (over > 0) problems.push(`${name} overflow ${over}`)
    const small = await p.evaluate(() => [...document.querySelectorAll('main a, main button, main input')].filter((e) => { const r = e.getBoundingClientRect(); return r.height > 0 && r.height < 24 }).map((e) => e.outerHTML.slice(0, 80)))
    if (small.length) problems.push(`${name} small ${small.slice(0, 3).join(' | ')}`)
    await p.close()
    } catch (e) { problems.push(`${name} ${(e as Error).message.slice(0, 300)}`) }
  }
  console.log(problems.join('\n'))
  await browser.close(); server.close(); await w.close()
  expect(w.faults).toEqual([])
}, 180_000)
