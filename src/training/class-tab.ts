/** What the pages of a class share: the class, its people, the step it is at, and who may change it. */
import { frameOf, type PageCall } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { inLanguage, notFound } from '../platform/errors.ts'
import { listRoster } from './member-queries.ts'
import { CLASS, type ClassRow, getClass } from './queries.ts'
import { type ClassStep, stepOf } from './steps.ts'

/** What every tab of a class shows. */
export async function tabOf({ c, db, context, params }: PageCall) {
  const group = await getClass(db, context.scope, localDate(context.now), params.id!)
  const members = await listRoster(db, context.scope, group.id)
  const step = stepOf(group, members)
  return {
    group,
    members,
    tab: { frame: frameOf(c, group.name), group, step: step.index, next: next(c, context, group, step) },
  }
}

/** The one thing to do now, for who may do it. */
function next(c: PageCall['c'], context: Context, group: ClassRow, { task }: ClassStep) {
  if (task === 'none') return null
  const allowed = { enter_results: mayEnter(context, group), issue: mayIssue(context) }
  if (!(task in allowed ? allowed[task as keyof typeof allowed] : mayChange(context, group))) return null
  const { path, ...label } = TASKS[task]
  return { href: path.replace(':id', group.id), label: inLanguage(c.get('lang'), label) }
}

const TASKS = {
  name_assessor: { path: '/console/classes/:id/edit', zh: '指定评价机构', en: 'Name an assessor' },
  add_people: { path: '/console/classes/:id/people', zh: '加入学员', en: 'Add people' },
  record_hours: { path: '/console/classes/:id/hours', zh: '登记学时', en: 'Record hours' },
  enter_results: { path: '/console/classes/:id/results', zh: '录入成绩', en: 'Enter results' },
  complete: { path: '/console/classes/:id/completion', zh: '结业', en: 'Complete' },
  issue: { path: '/console/certificates/new?class=:id', zh: '发证', en: 'Issue certificates' },
}

/** Officers issue awards only, which belong to no class. */
export function mayIssue({ actor }: Context): boolean {
  return may(actor.role, 'certificate.issue') && actor.organisation_id !== null
}

export function mayChange({ actor }: Context, { organisation_id, status }: ClassRow): boolean {
  return may(actor.role, 'class.write') && actor.organisation_id === organisation_id && status === 'open'
}

/** Hours are corrected in a completed class too, with a reason. */
export function mayCorrect(context: Context, group: ClassRow): boolean {
  return mayChange(context, group.status === 'completed' ? { ...group, status: 'open' } : group)
}

export function mayEnter({ actor }: Context, { assessor_organisation_id, status }: ClassRow): boolean {
  return may(actor.role, 'result.write') && actor.organisation_id === assessor_organisation_id && status !== 'cancelled'
}

/** A class that the reader's body assesses. */
export async function assessedClass({ db, context, params }: PageCall): Promise<ClassRow> {
  const group = await getClass(db, context.scope, localDate(context.now), params.id!)
  return group.assessor_organisation_id === context.actor.organisation_id ? group : notFound(CLASS)
}
