/** JSON routes of how results come about: terms, sittings, entries of two people, locking and publication, examiners. */

import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { localDate } from '../platform/calendar.ts'
import type { App } from '../platform/http.ts'
import { ownOrganisation } from './actions.ts'
import { assessmentOf, marksOfClass } from './assessment.ts'
import { differencesIn, type EntryRow } from './assessment-progress.ts'
import { listOpenEntries, listTerms } from './assessment-queries.ts'
import * as shapes from './assessment-shapes.ts'
import { getClass } from './queries.ts'
import { lockResults, publishResults } from './result-locks.ts'
import { reasonBodyShape, wholeListOf } from './shapes.ts'
import { recordSitting, settleDifferences } from './sittings.ts'
import { nameExaminer, releaseExaminer, stateTerms } from './terms.ts'

const tag = 'training'
const params = idShape
const writeResults = { method: 'post', permission: 'result.write', tag } as const

export function assessmentApi(app: App): void {
  read(
    app,
    {
      permission: 'result.write',
      tag,
      path: '/assessment-terms',
      name: 'listAssessmentTerms',
      summary: '本机构的考核办法 Terms that the assessor has stated',
      answer: wholeListOf(shapes.termsShape),
    },
    async ({ db, context }) => {
      const items = await listTerms(db, ownOrganisation(context))
      return { items: items.map((row) => ({ ...row, confidence: 'confirmed' })) }
    },
  )
  write(
    app,
    {
      ...writeResults,
      path: '/assessment-terms',
      name: 'stateAssessmentTerms',
      summary: '订立考核办法，对生效日起开的班适用 State terms for classes that start from a day on',
      body: shapes.newTermsShape,
      answer: shapes.termsShape,
      status: 201,
    },
    ({ tx, context, body }) => stateTerms(tx, context, body),
  )
  read(
    app,
    {
      permission: 'class.read',
      tag,
      path: '/classes/{id}/assessment',
      name: 'getAssessment',
      summary: '考核办法、考评组、锁定与公布 Terms, examiners, lock and publication',
      params,
      answer: shapes.assessmentShape,
    },
    async ({ db, context, params: { id } }) =>
      assessmentOf(db, await getClass(db, context.scope, localDate(context.now), id)),
  )
  read(
    app,
    {
      permission: 'class.read',
      tag,
      path: '/classes/{id}/marks',
      name: 'listMarks',
      summary: '各部分各次成绩 Marks by part and sitting',
      params,
      answer: wholeListOf(shapes.markShape),
    },
    async ({ db, context, params: { id } }) => ({
      items: await marksOfClass(db, context, await getClass(db, context.scope, localDate(context.now), id)),
    }),
  )
  write(
    app,
    {
      ...writeResults,
      path: '/classes/{id}/sittings',
      name: 'recordSitting',
      summary: '录入一个部分的一次考核，含补考 Enter one part of one day, re-sits too',
      params,
      body: shapes.newSittingShape,
      answer: shapes.enteredShape,
      status: 201,
    },
    ({ tx, context, params: { id }, body }) => recordSitting(tx, context, id, body),
  )
  entries(app)
  closing(app)
  examiners(app)
}

function entries(app: App): void {
  read(
    app,
    {
      permission: 'result.write',
      tag,
      path: '/classes/{id}/result-differences',
      name: 'listDifferences',
      summary: '两人录入不一致的成绩 Marks on which two people differ',
      params,
      answer: wholeListOf(shapes.differenceShape),
    },
    async ({ db, context, params: { id } }) => {
      const group = await getClass(db, context.scope, localDate(context.now), id)
      const differences = differencesIn(await listOpenEntries(db, group.id))
      return {
        items: differences.map(({ first, second }) => ({
          ...first,
          first: entryOf(first),
          second: entryOf(second),
        })),
      }
    },
  )
  write(
    app,
    {
      ...writeResults,
      path: '/classes/{id}/result-differences',
      name: 'settleDifferences',
      summary: '处理录入差异：两人之一择一并写明理由 One of the two chooses what stands, with a reason',
      params,
      body: shapes.settlementShape,
      answer: shapes.settledShape,
    },
    ({ tx, context, params: { id }, body }) => settleDifferences(tx, context, id, body.items),
  )
}

function entryOf({ seq, mark, assessed_on, entered_by_name }: EntryRow) {
  return { entry: seq, mark: mark / 100, assessed_on, entered_by: entered_by_name }
}

function closing(app: App): void {
  write(
    app,
    {
      ...writeResults,
      path: '/classes/{id}/result-lock',
      name: 'lockResults',
      summary: '锁定成绩 Lock the results of a class',
      params,
      body: shapes.lockShape,
      answer: shapes.closingShape,
    },
    ({ tx, context, params: { id }, body }) => lockResults(tx, context, id, body),
  )
  write(
    app,
    {
      ...writeResults,
      path: '/classes/{id}/result-publication',
      name: 'publishResults',
      summary: '公布成绩 Publish the results of a class',
      params,
      answer: shapes.closingShape,
    },
    ({ tx, context, params: { id } }) => publishResults(tx, context, id),
  )
}

function examiners(app: App): void {
  write(
    app,
    {
      ...writeResults,
      path: '/classes/{id}/examiners',
      name: 'nameExaminer',
      summary: '指定考评员，提示利害关系 Name an examiner; what speaks against the person is shown',
      params,
      body: shapes.newExaminerShape,
      answer: shapes.examinerShape,
      status: 201,
    },
    ({ tx, context, params: { id }, body }) => nameExaminer(tx, context, id, body),
  )
  write(
    app,
    {
      ...writeResults,
      path: '/classes/{id}/examiners/{examiner}/release',
      name: 'releaseExaminer',
      summary: '撤下考评员 Take an examiner off the class',
      params: shapes.examinerParamsShape,
      body: reasonBodyShape,
      status: 204,
    },
    async ({ tx, context, params: { id, examiner }, body }) => {
      await releaseExaminer(tx, context, id, examiner, body.reason)
      return {}
    },
  )
}
