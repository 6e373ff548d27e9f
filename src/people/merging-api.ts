/** JSON routes of duplicates and merges of people. */
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import type { App } from '../platform/http.ts'
import { pageShape } from '../platform/paging.ts'
import { listDuplicateCandidates, tellApart } from './duplicates.ts'
import { getMerge, listMerges } from './merge-queries.ts'
import { mergePeople, undoMerge } from './merging.ts'
import {
  candidatePageShape,
  dismissalShape,
  dismissedShape,
  mergePageShape,
  mergeRequestShape,
  mergeShape,
  undoingShape,
} from './merging-shapes.ts'

const tag = 'people'
const permission = 'person.merge'

export function personMergingApi(app: App): void {
  read(
    app,
    {
      path: '/duplicate-candidates',
      permission,
      name: 'listDuplicateCandidates',
      tag,
      summary: '疑似同一人的记录，证据强的在前 Records that may be one person, the strongest first',
      query: pageShape,
      answer: candidatePageShape,
    },
    ({ db, context, query }) => listDuplicateCandidates(db, context, query),
  )
  write(
    app,
    {
      method: 'post',
      path: '/duplicate-candidates/dismissal',
      permission,
      name: 'tellPeopleApart',
      tag,
      summary: '认定不是同一人，不再列出 Two people, not one: never listed again',
      body: dismissalShape,
      answer: dismissedShape,
    },
    ({ tx, context, body }) => tellApart(tx, context, body),
  )
  write(
    app,
    {
      method: 'post',
      path: '/people/{id}/merge',
      permission,
      name: 'mergePerson',
      tag,
      summary:
        '把这条记录合并到另一条；此后读它答 308 Merge this record into another; reading it answers 308 from then on',
      params: idShape,
      body: mergeRequestShape,
      answer: mergeShape,
      status: 201,
      made_in: '/person-merges',
    },
    ({ tx, context, params, body }) => mergePeople(tx, context, params.id, body),
  )
  read(
    app,
    {
      path: '/person-merges',
      permission,
      name: 'listPersonMerges',
      tag,
      summary: '合并记录，最近的在前 Merges, the latest first',
      query: pageShape,
      answer: mergePageShape,
    },
    ({ db, context, query }) => listMerges(db, context.scope, query),
  )
  read(
    app,
    {
      path: '/person-merges/{id}',
      permission,
      name: 'getPersonMerge',
      tag,
      summary: '一次合并 Get a merge',
      params: idShape,
      answer: mergeShape,
    },
    ({ db, context, params }) => getMerge(db, context.scope, params.id),
  )
  write(
    app,
    {
      method: 'post',
      path: '/person-merges/{id}/undoing',
      permission,
      name: 'undoPersonMerge',
      tag,
      summary: '撤销合并：没有改动过的退回 Undo a merge: what stands as it was moved goes back',
      params: idShape,
      body: undoingShape,
      answer: mergeShape,
    },
    ({ tx, context, params, body }) => undoMerge(tx, context, params.id, body.reason),
  )
}
