/** Pages of the conditions of a level: looking again at a class, and what is declared about people. */

import { z } from 'zod'
import { Declarations, DeclarationWithdrawal } from '../../templates/training/entry-conditions.tsx'
import { filled } from '../access/form-fields.ts'
import { faultsFor, form, formPage, frameOf, type PageCall, type Retry } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { getPerson } from '../people/queries.ts'
import { localDate } from '../platform/calendar.ts'
import { inLanguage } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { checkEnrolments } from './enrolment-checks.ts'
import { declareEntry, getDeclaration, listDeclarations, withdrawDeclaration } from './entry-declarations.ts'
import { newDeclarationShape } from './entry-shapes.ts'
import { listOccupations } from './queries.ts'
import { reasonBodyShape } from './shapes.ts'

const TITLE = { zh: '申报条件声明', en: 'Declarations' }

export function entryPages(app: App): void {
  form(app, '/console/classes/:id/entry-checks', 'class.write', z.object({}), async ({ tx, context, params }) => {
    const { checked, flags } = await checkEnrolments(tx, context, params.id!)
    const people = new Set(flags.map(({ person_id }) => person_id)).size
    return {
      to: `/console/classes/${params.id}`,
      flash: {
        zh: `已按现有记录核对 ${checked} 人，${people} 人有待处理的提示。`,
        en: `${checked} people were checked; ${people} have something to look at.`,
      },
    }
  })
  formPage(
    app,
    '/console/people/:id/entry-declarations',
    'entry_declaration.write',
    z.preprocess(filled(), newDeclarationShape),
    async ({ tx, context, params, input }) => {
      await declareEntry(tx, context, params.id!, input)
      return {
        to: `/console/people/${params.id}/entry-declarations`,
        flash: { zh: '已声明，下次核对时计入。', en: 'Declared; it counts from the next check on.' },
      }
    },
    declarations,
  )
  formPage(
    app,
    '/console/entry-declarations/:id/withdrawal',
    'entry_declaration.write',
    reasonBodyShape,
    async ({ tx, context, params, input }) => {
      const { person_id } = await withdrawDeclaration(tx, context, params.id!, input.reason)
      return {
        to: `/console/people/${person_id}/entry-declarations`,
        flash: { zh: '声明已撤回。', en: 'The declaration was taken back.' },
      }
    },
    async ({ c, db, context, params }, retry) => (
      <DeclarationWithdrawal
        frame={frameOf(c, inLanguage(c.get('lang'), TITLE))}
        declaration={await getDeclaration(db, context.scope, params.id!)}
        reason={retry?.values.reason}
        errors={faultsFor(c, retry?.refusal)}
      />
    ),
  )
}

async function declarations({ c, db, context, params }: PageCall, retry?: Retry) {
  return (
    <Declarations
      frame={frameOf(c, inLanguage(c.get('lang'), TITLE))}
      person={await getPerson(db, context.scope, params.id!, localDate(context.now))}
      items={await listDeclarations(db, context.scope, params.id!)}
      occupations={await listOccupations(db)}
      may_declare={may(context.actor.role, 'entry_declaration.write')}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}
