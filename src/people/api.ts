/** JSON routes of people and of the facts about them. */
import type { Context as Call } from 'hono'
import { described, read, valid, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { localDate } from '../platform/calendar.ts'
import { inLanguage } from '../platform/errors.ts'
import type { App, Env } from '../platform/http.ts'
import { amendPerson, disclosePerson, registerPerson } from './actions.ts'
import { addDocument, listDocuments } from './documents.ts'
import { educationsApi } from './education-api.ts'
import { employmentsApi } from './employment-api.ts'
import { personFactsApi } from './fact-api.ts'
import { licencesApi } from './licence-api.ts'
import { personMergingApi } from './merging-api.ts'
import { monthSubmissionsApi } from './month-submission-api.ts'
import { photosApi } from './photo-api.ts'
import { getPerson, listPeople } from './queries.ts'
import { getRecord, weave } from './record.ts'
import {
  disclosedShape,
  disclosureShape,
  documentShape,
  knownAtShape,
  listOf,
  newDocumentShape,
  newPersonShape,
  personAmendmentShape,
  personFilterShape,
  personPageShape,
  personSearchShape,
  personShape,
  recordShape,
  registeredShape,
} from './shapes.ts'
import { versionsApi } from './versions-api.ts'

const tag = 'people'

export function peopleApi(app: App): void {
  read(
    app,
    {
      path: '/people',
      permission: 'person.read',
      name: 'listPeople',
      tag,
      summary: '从业人员列表 List people',
      query: personFilterShape,
      answer: personPageShape,
    },
    ({ db, context, query }) => listPeople(db, context.scope, query, localDate(context.now)),
  )
  read(
    app,
    {
      path: '/people/{id}',
      permission: 'person.read',
      name: 'getPerson',
      tag,
      summary: '从业人员 Get a person',
      params: idShape,
      answer: personShape,
    },
    ({ db, context, params }) => getPerson(db, context.scope, params.id, localDate(context.now)),
  )
  read(
    app,
    {
      path: '/people/{id}/record',
      permission: 'person.read',
      name: 'getPersonRecord',
      tag,
      summary: '人员档案：一条时间线 Everything about a person on one timeline',
      params: idShape,
      query: knownAtShape,
      answer: recordShape,
    },
    async ({ db, context, params, query }) => {
      const record = await getRecord(db, context, params.id, query.known_at)
      return { person: record.person, items: weave(record) }
    },
  )
  read(
    app,
    {
      path: '/my-record',
      permission: 'record.own',
      name: 'getMyRecord',
      tag,
      summary: '我的档案 Your own record',
      answer: recordShape,
    },
    async ({ db, context }) => {
      const record = await getRecord(db, context, context.actor.person_id!)
      return { person: record.person, items: weave(record) }
    },
  )
  write(
    app,
    {
      method: 'post',
      path: '/people',
      permission: 'person.write',
      name: 'registerPerson',
      tag,
      summary: '登记人员 Register a person',
      body: newPersonShape,
      answer: registeredShape,
      status: 201,
    },
    async ({ c, tx, context, body }) => {
      const { warnings, ...person } = await registerPerson(tx, context, body)
      const told = warnings.map((one) => ({ ...one, message: inLanguage(c.get('lang'), one.message) }))
      return { ...person, warnings: told }
    },
  )
  write(
    app,
    {
      method: 'patch',
      path: '/people/{id}',
      permission: 'person.write',
      name: 'amendPerson',
      tag,
      summary: '更正人员资料 Correct a person',
      params: idShape,
      body: personAmendmentShape,
      answer: personShape,
    },
    ({ tx, context, params, revision, body }) => amendPerson(tx, context, params.id, revision, body),
  )
  read(
    app,
    {
      path: '/people/{id}/documents',
      permission: 'person.read',
      name: 'listPersonDocuments',
      tag,
      summary: '人员的证件，号码打码 The documents of a person, masked',
      params: idShape,
      answer: listOf(documentShape),
    },
    async ({ db, context, params }) => ({ items: await listDocuments(db, context, params.id), next_cursor: null }),
  )
  write(
    app,
    {
      method: 'post',
      path: '/people/{id}/documents',
      permission: 'document.write',
      name: 'addPersonDocument',
      tag,
      summary: '为同一人登记另一份证件 Add another document to the same person',
      params: idShape,
      body: newDocumentShape,
      answer: documentShape,
      status: 201,
    },
    ({ tx, context, params, body }) => addDocument(tx, context, params.id, body),
  )
  // reads, but by POST: whoever looks for a name need not put it into an address, which proxies and browsers keep
  app.openapi(
    described(
      {
        path: '/people/search',
        permission: 'person.read',
        name: 'searchPeople',
        tag,
        summary: '查找人员，条件不进入地址 Find people without a name in the address',
        body: personSearchShape,
        answer: personPageShape,
      },
      'post',
      200,
    ),
    (async (c: Call<Env>) => {
      const context = c.get('context')
      const filter = valid<typeof personSearchShape>(c, 'json')
      const found = await listPeople(c.get('db'), context.scope, filter, localDate(context.now))
      return c.json(found, 200, { 'Cache-Control': 'no-store' })
    }) as never,
  )
  // not by `write`: an answer kept for an Idempotency-Key would leave the number in the database in clear
  app.openapi(
    described(
      {
        path: '/people/{id}/disclosure',
        permission: 'person.reveal',
        name: 'disclosePerson',
        tag,
        summary: '查看完整号码，写明理由并留痕 Show a number in full, with a reason, on record',
        params: idShape,
        body: disclosureShape,
        answer: disclosedShape,
      },
      'post',
      200,
    ),
    (async (c: Call<Env>) => {
      const { id } = valid<typeof idShape>(c, 'param')
      const request = valid<typeof disclosureShape>(c, 'json')
      const disclosed = await c
        .get('db')
        .transaction()
        .execute((tx) => disclosePerson(tx, c.get('context'), id, request))
      return c.json(disclosed, 200, { 'Cache-Control': 'no-store' })
    }) as never,
  )
  employmentsApi(app)
  educationsApi(app)
  licencesApi(app)
  versionsApi(app)
  photosApi(app)
  personFactsApi(app)
  monthSubmissionsApi(app)
  personMergingApi(app)
}
