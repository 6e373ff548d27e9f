/** JSON routes of the conditions of a level: who meets them, looking again at a class, and what is declared about people. */
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { unknownPersonFaults } from '../people/roster.ts'
import { localDate } from '../platform/calendar.ts'
import { inLanguage, type Lang, refuseFaults } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { checkEnrolments, type Flag, questionOf } from './enrolment-checks.ts'
import { declareEntry, listDeclarations, withdrawDeclaration } from './entry-declarations.ts'
import { entryDecisions } from './entry-facts.ts'
import { checkedShape, declarationShape, eligibilityShape, eligibleShape, newDeclarationShape } from './entry-shapes.ts'
import { NO_RULE, unmetWords } from './entry-words.ts'
import { getClass } from './queries.ts'
import { reasonBodyShape, wholeListOf } from './shapes.ts'

const tag = 'training'

export function entryApi(app: App): void {
  write(
    app,
    {
      method: 'post',
      path: '/classes/{id}/eligibility',
      permission: 'class.read',
      name: 'decideEligibility',
      tag,
      summary: '申报条件逐项核对，不写入 Whether people meet the conditions of the class, term by term; writes nothing',
      params: idShape,
      body: eligibilityShape,
      answer: eligibleShape,
    },
    async ({ c, tx, context, params, body }) => {
      const day = localDate(context.now)
      const group = await getClass(tx, context.scope, day, params.id)
      const ids = [...new Set(body.person_ids)]
      const strangers = await unknownPersonFaults(
        tx,
        context.scope,
        ids.map((person_id) => ({ person_id })),
      )
      refuseFaults(
        strangers.flatMap((faults, at) => faults.map((fault) => ({ ...fault, pointer: `/person_ids/${at}` }))),
      )
      const question = questionOf(group, day)
      if (!question) return { day, items: [] }
      const decisions = await entryDecisions(tx, question, ids)
      const lang = c.get('lang')
      return {
        day,
        items: [...decisions].map(([person_id, { day: _, ...decision }]) => {
          const words = decision.met === null ? NO_RULE : unmetWords(decision)
          return { person_id, ...decision, message: words && inLanguage(lang, words) }
        }),
      }
    },
  )
  write(
    app,
    {
      method: 'post',
      path: '/classes/{id}/entry-checks',
      permission: 'class.write',
      name: 'checkEnrolments',
      tag,
      summary: '重新核对全班的申报条件 Look again at everybody in a class',
      params: idShape,
      answer: checkedShape,
    },
    async ({ c, tx, context, params }) => {
      const { checked, flags } = await checkEnrolments(tx, context, params.id)
      return { checked, flags: told(flags, c.get('lang')) }
    },
  )
  read(
    app,
    {
      path: '/people/{id}/entry-declarations',
      permission: 'person.read',
      name: 'listEntryDeclarations',
      tag,
      summary: '申报条件声明 What is declared about a person',
      params: idShape,
      answer: wholeListOf(declarationShape),
    },
    async ({ db, context, params }) => ({ items: await listDeclarations(db, context.scope, params.id) }),
  )
  write(
    app,
    {
      method: 'post',
      path: '/people/{id}/entry-declarations',
      permission: 'entry_declaration.write',
      name: 'declareEntry',
      tag,
      summary: '声明系统无法得知的申报条件，须有证明 Declare what the register cannot know, with its evidence',
      params: idShape,
      body: newDeclarationShape,
      answer: declarationShape,
      status: 201,
      made_in: '/entry-declarations',
    },
    ({ tx, context, params, body }) => declareEntry(tx, context, params.id, body),
  )
  write(
    app,
    {
      method: 'post',
      path: '/entry-declarations/{id}/withdrawal',
      permission: 'entry_declaration.write',
      name: 'withdrawEntryDeclaration',
      tag,
      summary: '撤回声明 Take a declaration back',
      params: idShape,
      body: reasonBodyShape,
      answer: declarationShape,
    },
    ({ tx, context, params, body }) => withdrawDeclaration(tx, context, params.id, body.reason),
  )
}

/** Flags in the caller's language. */
export function told(flags: Flag[], lang: Lang) {
  return flags.map(({ message, ...flag }) => ({ ...flag, message: inLanguage(lang, message) }))
}
