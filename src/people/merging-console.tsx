/** Pages of duplicates: pairs side by side, telling them apart, merging with what will move, and the merges with their undoing. */
import { z } from 'zod'
import { DismissalForm, Duplicates } from '../../templates/people/duplicates.tsx'
import { MergeForm, Merges, UndoingForm } from '../../templates/people/merges.tsx'
import { faultsFor, form, formPage, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { localDate } from '../platform/calendar.ts'
import { inLanguage, notFound } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { listDuplicateCandidates, tellApart } from './duplicates.ts'
import { getMerge, listMerges, previewMerge } from './merge-queries.ts'
import { mergePeople, undoMerge } from './merging.ts'
import { mergeRequestShape, undoingShape } from './merging-shapes.ts'
import { getPerson } from './queries.ts'
import { reasonShape } from './shapes.ts'

const PAIRS = 20
const TITLE = { zh: '疑似重复', en: 'Duplicates' }
const MERGES = { zh: '合并记录', en: 'Merges' }

export function personMergingConsole(app: App): void {
  page(app, '/console/duplicates', 'person.merge', async ({ c, db, context, query }) => {
    const cursor = query.cursor?.slice(0, 500)
    const list = await listDuplicateCandidates(db, context, { limit: PAIRS, cursor })
    return (
      <Duplicates
        frame={frameOf(c, inLanguage(c.get('lang'), TITLE))}
        items={list.items}
        next={list.next_cursor && `/console/duplicates?cursor=${list.next_cursor}`}
        first={cursor ? '/console/duplicates' : null}
      />
    )
  })
  page(app, '/console/duplicates/dismissal', 'person.merge', (call) =>
    dismissalPage(call, [call.query.first ?? '', call.query.second ?? '']),
  )
  form(
    app,
    '/console/duplicates/dismissal',
    'person.merge',
    z.object({ first: z.uuid(), second: z.uuid(), reason: reasonShape }),
    async ({ tx, context, input: { first, second, reason } }) => {
      await tellApart(tx, context, { person_ids: [first, second], reason })
      return {
        to: '/console/duplicates',
        flash: { zh: '已认定不是同一人，不再列出。', en: 'Told apart; the pair is not listed again.' },
      }
    },
    (call) => dismissalPage(call, [call.values.first ?? '', call.values.second ?? ''], call),
  )
  page(app, '/console/people/:id/merge', 'person.merge', (call) => mergePage(call, call.query.into ?? ''))
  form(
    app,
    '/console/people/:id/merge',
    'person.merge',
    z.preprocess(ticked, mergeRequestShape),
    async ({ tx, context, params, input }) => {
      const { survivor, not_carried } = await mergePeople(tx, context, params.id!, input)
      const stayed = Object.values(not_carried).reduce((count, keys) => count + keys.length, 0)
      return {
        to: `/console/people/${survivor.id}`,
        flash: {
          zh: `两条记录已合并。${stayed > 0 ? `有 ${stayed} 项因本记录已有相同内容而没有移入。` : ''}如有误，可在“合并记录”中撤销。`,
          en: `Merged. ${stayed > 0 ? `${stayed} item(s) stayed because this record has the same. ` : ''}A mistake can be undone under Merges.`,
        },
      }
    },
    (call) => mergePage(call, call.values.into ?? '', call),
  )
  page(app, '/console/person-merges', 'person.merge', async ({ c, db, context, query }) => {
    const cursor = query.cursor?.slice(0, 500)
    const list = await listMerges(db, context.scope, { limit: PAIRS, cursor })
    return (
      <Merges
        frame={frameOf(c, inLanguage(c.get('lang'), MERGES))}
        items={list.items}
        next={list.next_cursor && `/console/person-merges?cursor=${list.next_cursor}`}
        first={cursor ? '/console/person-merges' : null}
      />
    )
  })
  formPage(
    app,
    '/console/person-merges/:id/undoing',
    'person.merge',
    undoingShape,
    async ({ tx, context, params, input }) => {
      const { kept } = await undoMerge(tx, context, params.id!, input.reason)
      const stayed = Object.values(kept ?? {}).reduce((count, keys) => count + keys.length, 0)
      return {
        to: '/console/person-merges',
        flash: {
          zh: `合并已撤销，两条记录已分开。${stayed > 0 ? `有 ${stayed} 项在合并后改动过，留在保留的记录上。` : ''}`,
          en: `Undone; the records are apart.${stayed > 0 ? ` ${stayed} item(s) had changed since and stayed.` : ''}`,
        },
      }
    },
    undoingPage,
  )
}

/** A tick box that is off is not sent. */
function ticked(sent: unknown): unknown {
  const { confirm_different_documents, ...others } = sent as Record<string, unknown>
  return { ...others, confirm_different_documents: confirm_different_documents === 'true' }
}

async function pairOf({ db, context }: PageCall, ids: [string, string]) {
  if (!ids.every((id) => z.uuid().safeParse(id).success)) notFound({ zh: '人员', en: 'person' })
  const today = localDate(context.now)
  return [await getPerson(db, context.scope, ids[0], today), await getPerson(db, context.scope, ids[1], today)] as const
}

async function dismissalPage(call: PageCall, ids: [string, string], retry?: Retry) {
  const people = await pairOf(call, ids)
  const { c } = call
  return (
    <DismissalForm
      frame={frameOf(c, inLanguage(c.get('lang'), TITLE))}
      people={people}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}

async function mergePage(call: PageCall, into: string, retry?: Retry) {
  const { c, db, params } = call
  const [merged, survivor] = await pairOf(call, [params.id!, into])
  return (
    <MergeForm
      frame={frameOf(c, inLanguage(c.get('lang'), TITLE))}
      merged={merged}
      survivor={survivor}
      plan={await previewMerge(db, { merged_id: merged.id, survivor_id: survivor.id })}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}

async function undoingPage({ c, db, context, params }: PageCall, retry?: Retry) {
  return (
    <UndoingForm
      frame={frameOf(c, inLanguage(c.get('lang'), MERGES))}
      merge={await getMerge(db, context.scope, params.id!)}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}
