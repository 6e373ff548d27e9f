/** The form that adds a document to a person. */

import { z } from 'zod'
import { DocumentForm } from '../../templates/people/documents.tsx'
import { faultsFor, form, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { localDate } from '../platform/calendar.ts'
import type { App } from '../platform/http.ts'
import { addDocument } from './documents.ts'
import { getPerson } from './queries.ts'
import { newDocumentShape } from './shapes.ts'

export function documentsConsole(app: App): void {
  page(app, '/console/people/:id/documents/new', 'document.write', async (call) => documentPage(call))
  form(
    app,
    '/console/people/:id/documents',
    'document.write',
    newDocumentShape.extend({ current: z.stringbool().default(false) }),
    async ({ tx, context, params, input }) => {
      await addDocument(tx, context, params.id!, input)
      return { to: `/console/people/${params.id}`, flash: { zh: '证件已登记。', en: 'The document is recorded.' } }
    },
    (call) => documentPage(call, call),
  )
}

async function documentPage({ c, db, context, params }: PageCall, retry?: Retry) {
  const person = await getPerson(db, context.scope, params.id!, localDate(context.now))
  return (
    <DocumentForm
      frame={frameOf(c, person.name)}
      person={person}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}
