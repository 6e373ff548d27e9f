/** JSON routes of programmes of schools. */
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { listOf } from '../people/shapes.ts'
import type { App } from '../platform/http.ts'
import { pageShape } from '../platform/paging.ts'
import {
  getProgramme,
  listGraduates,
  listProgrammes,
  listProgrammeVersions,
  listProgrammeYears,
} from './programme-queries.ts'
import * as shapes from './programme-shapes.ts'
import { addProgramme, correctProgramme, linkGraduates, recordFigures, unlinkGraduates } from './programmes.ts'
import { wholeListOf } from './shapes.ts'

const tag = 'programmes'
const reading = { permission: 'programme.read', tag } as const
const writing = { method: 'post', permission: 'programme.write', tag } as const
const params = idShape

export function programmesApi(app: App): void {
  read(
    app,
    {
      ...reading,
      path: '/programmes',
      name: 'listProgrammes',
      summary: '院校养老托育相关专业 Programmes of schools',
      query: pageShape,
      answer: listOf(shapes.programmeShape),
    },
    ({ db, context, query }) => listProgrammes(db, context.scope, query),
  )
  write(
    app,
    {
      ...writing,
      path: '/programmes',
      name: 'addProgramme',
      summary: '新增专业 Add a programme',
      body: shapes.newProgrammeShape,
      answer: shapes.programmeShape,
      status: 201,
    },
    ({ tx, context, body }) => addProgramme(tx, context, body),
  )
  read(
    app,
    {
      ...reading,
      path: '/programmes/{id}',
      name: 'getProgramme',
      summary: '专业 Get a programme',
      params,
      answer: shapes.programmeShape,
    },
    ({ db, context, params: { id } }) => getProgramme(db, context.scope, id),
  )
  write(
    app,
    {
      ...writing,
      method: 'put',
      path: '/programmes/{id}',
      name: 'correctProgramme',
      summary: '更正专业，原登记留存 Correct a programme; what was said before is kept',
      params,
      body: shapes.correctedProgrammeShape,
      answer: shapes.programmeShape,
    },
    ({ tx, context, params: { id }, revision, body }) => correctProgramme(tx, context, id, revision, body),
  )
  read(
    app,
    {
      ...reading,
      path: '/programmes/{id}/versions',
      name: 'listProgrammeVersions',
      summary: '专业的历次登记 What a programme was said to be',
      params,
      answer: wholeListOf(shapes.programmeVersionShape),
    },
    async ({ db, context, params: { id } }) => {
      await getProgramme(db, context.scope, id)
      return { items: await listProgrammeVersions(db, id) }
    },
  )
  read(
    app,
    {
      ...reading,
      path: '/programmes/{id}/years',
      name: 'listProgrammeYears',
      summary: '各年招生与毕业人数 Intake and graduates by year',
      params,
      answer: wholeListOf(shapes.programmeYearShape),
    },
    async ({ db, context, params: { id } }) => {
      await getProgramme(db, context.scope, id)
      return { items: await listProgrammeYears(db, id) }
    },
  )
  write(
    app,
    {
      ...writing,
      path: '/programmes/{id}/years',
      name: 'recordProgrammeYear',
      summary: '登记或更正某年招生与毕业人数 State or correct the figures of a year',
      params,
      body: shapes.newFiguresShape,
      answer: shapes.programmeYearShape,
    },
    ({ tx, context, params: { id }, body }) => recordFigures(tx, context, id, body),
  )
  read(
    app,
    {
      ...reading,
      path: '/programmes/{id}/graduates',
      name: 'listProgrammeGraduates',
      summary: '已关联或可关联的毕业生 Graduates who are, or could be, linked',
      params,
      query: shapes.graduateFilterShape,
      answer: listOf(shapes.graduateShape),
    },
    async ({ db, context, params: { id }, query }) =>
      listGraduates(db, context.scope, await getProgramme(db, context.scope, id), query),
  )
  write(
    app,
    {
      ...writing,
      path: '/programmes/{id}/graduates',
      name: 'linkProgrammeGraduates',
      summary: '把学历关联到专业 Link educations to the programme',
      params,
      body: shapes.graduateLinksShape,
      answer: shapes.linkedShape,
    },
    ({ tx, context, params: { id }, body }) => linkGraduates(tx, context, id, body.education_ids),
  )
  write(
    app,
    {
      ...writing,
      path: '/programmes/{id}/graduates/withdrawal',
      name: 'unlinkProgrammeGraduates',
      summary: '取消关联 Take links back',
      params,
      body: shapes.graduateUnlinksShape,
      answer: shapes.linkedShape,
    },
    ({ tx, context, params: { id }, body }) => unlinkGraduates(tx, context, id, body),
  )
}
