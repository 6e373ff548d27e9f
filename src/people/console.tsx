/** Pages of people: the list and its workbook, one person, registering, correcting, showing a number. */

import { z } from 'zod'
import { AmendmentForm, DisclosureForm, NewPersonForm } from '../../templates/people/forms.tsx'
import { People } from '../../templates/people/people.tsx'
import { PersonPage } from '../../templates/people/person.tsx'
import { filled } from '../access/form-fields.ts'
import { faultsFor, form, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { searchIn } from '../access/searching.ts'
import { listDistricts } from '../organisations/queries.ts'
import { isLocalDate, localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { inLanguage, type Message, type Refusal } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { amendPerson, disclosePerson, registerPerson } from './actions.ts'
import { documentsConsole } from './document-console.tsx'
import { educationsConsole } from './education-console.tsx'
import { employmentsConsole } from './employment-console.tsx'
import { personFactsConsole } from './fact-console.tsx'
import { educationHoursConsole } from './hours-console.tsx'
import { endOfDay } from './known.ts'
import { licencesConsole } from './licence-console.tsx'
import { personMergingConsole } from './merging-console.tsx'
import { monthSubmissionsConsole } from './month-submission-console.tsx'
import { peopleWorkbook } from './people-workbook.ts'
import { photosConsole } from './photo-console.tsx'
import { countPeople, getPerson, listPeople, openClasses } from './queries.ts'
import { getRecord } from './record.ts'
import { disclosureShape, newPersonShape, personAmendmentShape, personFilterShape } from './shapes.ts'
import { staffConsole } from './staff-console.tsx'
import { versionsConsole } from './versions-console.tsx'

const TITLE = { zh: '从业人员', en: 'People' }

export function peopleConsole(app: App): void {
  page(app, '/console/people', 'person.read', async ({ c, db, context, query }) => {
    const { limit, cursor, ...filter } = filterOf(query)
    const today = localDate(context.now)
    const list = await listPeople(db, context.scope, { ...filter, limit, cursor }, today)
    const shown = Object.fromEntries(Object.keys(personFilterShape.shape).map((key) => [key, query[key] ?? '']))
    const { limit: _, cursor: __, ...chosen } = shown
    const search = searchIn(c)
    const first = `/console/people?${new URLSearchParams(search)}`
    return (
      <People
        frame={frameOf(c, inLanguage(c.get('lang'), TITLE))}
        filter={chosen as Parameters<typeof People>[0]['filter']}
        districts={await listDistricts(db, context.scope)}
        items={list.items}
        count={await countPeople(db, context.scope, filter, today)}
        search={search}
        next={list.next_cursor && `${first}&cursor=${list.next_cursor}`}
        first={cursor ? first : null}
        classes={may(context.actor.role, 'class.write') ? await openClasses(db, context.actor.organisation_id!) : []}
        may_register={may(context.actor.role, 'person.write')}
        may_import={may(context.actor.role, 'person.write') && may(context.actor.role, 'import.write')}
      />
    )
  })
  page(app, '/console/people/export', 'person.read', ({ c, db, context, query }) => {
    const chosen = (c.req.queries('person_ids') ?? []).filter((id) => z.uuid().safeParse(id).success)
    return peopleWorkbook(
      db,
      context,
      { ...filterOf(query), ids: chosen.length > 0 && !query.all ? chosen : undefined },
      c.get('lang'),
    )
  })
  page(app, '/console/people/new', 'person.write', async (call) => newPersonPage(call, {}))
  form(
    app,
    '/console/people',
    'person.write',
    z.preprocess(filled(), newPersonShape),
    async ({ tx, context, input }) => {
      const { id, change, warnings } = await registerPerson(tx, context, input)
      const said = [REGISTERED[change], ...warnings.map(({ message }) => message)]
      return {
        to: `/console/people/${id}`,
        flash: { zh: said.map(({ zh }) => zh).join(''), en: said.map(({ en }) => en).join(' ') },
      }
    },
    async (call) => newPersonPage(call, call.values, call.refusal),
  )
  page(app, '/console/people/:id', 'person.read', async ({ c, db, context, params, query }) => {
    const { known_on: day = '' } = query
    // the database knows no year 0
    const known_on = isLocalDate(day) && day > '1900' ? day : null
    const record = await getRecord(db, context, params.id!, known_on ? endOfDay(known_on) : undefined)
    return (
      <PersonPage
        frame={frameOf(c, record.person.name)}
        record={record}
        may={known_on ? NOTHING : mayDo(context)}
        known_on={known_on}
        organisation_id={context.actor.organisation_id}
      />
    )
  })
  page(app, '/console/my-record', 'record.own', async ({ c, db, context }) => {
    const record = await getRecord(db, context, context.actor.person_id!)
    return (
      <PersonPage frame={frameOf(c, record.person.name)} record={record} may={NOTHING} organisation_id={null} own />
    )
  })
  page(app, '/console/people/:id/amendment', 'person.write', async (call) => amendmentPage(call))
  form(
    app,
    '/console/people/:id/amendment',
    'person.write',
    z.preprocess(amendment, personAmendmentShape.extend({ revision: z.coerce.number().int() })),
    async ({ tx, context, params, input: { revision, ...input } }) => {
      await amendPerson(tx, context, params.id!, revision, input)
      return { to: `/console/people/${params.id}`, flash: { zh: '资料已更正。', en: 'Corrected.' } }
    },
    (call) => amendmentPage(call, call),
  )
  page(app, '/console/people/:id/disclosure', 'person.reveal', async (call) => disclosurePage(call))
  form(
    app,
    '/console/people/:id/disclosure',
    'person.reveal',
    disclosureShape,
    async ({ c, tx, context, params, input }) => {
      const disclosed = await disclosePerson(tx, context, params.id!, input)
      const person = await getPerson(tx, context.scope, params.id!, localDate(context.now))
      return (
        <DisclosureForm
          frame={frameOf(c, person.name)}
          person={person}
          values={{ field: input.field }}
          errors={[]}
          disclosed={disclosed}
        />
      )
    },
    (call) => disclosurePage(call, call),
  )
  documentsConsole(app)
  photosConsole(app)
  employmentsConsole(app)
  educationsConsole(app)
  licencesConsole(app)
  versionsConsole(app)
  personFactsConsole(app)
  staffConsole(app)
  monthSubmissionsConsole(app)
  educationHoursConsole(app)
  personMergingConsole(app)
}

const REGISTERED: Record<'new' | 'changed' | 'same', Message> = {
  new: { zh: '人员已登记，并进入本机构名册。', en: 'Registered, and on your roster.' },
  changed: {
    zh: '此人早已登记，现已进入本机构名册，新填的资料已采用。',
    en: 'Registered before; now on your roster, with what you added.',
  },
  same: { zh: '此人已在本机构名册中，资料没有变化。', en: 'On your roster already; nothing changed.' },
}

const NOTHING = {
  certify: false,
  ...{ document: false, erase: false, lecture: false, photo: false, allowances: false },
  ...{ amend: false, reveal: false, employ: false, transfer: false, teach: false, judge: false, open: false },
  division: null,
}

function mayDo({ actor: { role }, scope }: Context) {
  return {
    amend: may(role, 'person.write'),
    allowances: may(role, 'entitlement.read'),
    reveal: may(role, 'person.reveal'),
    document: may(role, 'document.write'),
    erase: may(role, 'person.erase'),
    lecture: may(role, 'class.write'),
    photo: may(role, 'photo.write'),
    employ: may(role, 'employment.write'),
    transfer: may(role, 'employment.transfer'),
    teach: may(role, 'education.write'),
    judge: may(role, 'conduct.write'),
    certify: may(role, 'external_certificate.write'),
    open: may(role, 'certificate.read') && may(role, 'class.read'),
    division: scope.kind === 'division' ? scope.prefix : null,
  }
}

/** A filter that somebody typed into the address and that means nothing is left out. */
function filterOf(query: Record<string, string>) {
  const given = Object.fromEntries(
    Object.entries(query).filter(
      ([key, value]) => value !== '' && personFilterShape.shape[key as 'q']?.safeParse(value).success,
    ),
  )
  return personFilterShape.parse(given)
}

/** An emptied education or phone is cleared; any other field left empty says nothing. */
function amendment(sent: unknown): unknown {
  const { education, phone } = sent as Record<string, unknown>
  return { ...filled()(sent), education: education || null, phone: phone || null }
}

function newPersonPage({ c }: PageCall, values: Record<string, string>, refusal?: Refusal) {
  return (
    <NewPersonForm
      frame={frameOf(c, inLanguage(c.get('lang'), TITLE))}
      values={values}
      errors={faultsFor(c, refusal)}
    />
  )
}

async function amendmentPage({ c, db, context, params }: PageCall, retry?: Retry) {
  const person = await getPerson(db, context.scope, params.id!, localDate(context.now))
  const { name, workforce, education, phone } = person
  const values = {
    name,
    workforce,
    education: education ?? '',
    phone: phone ?? '',
    ...retry?.values,
    revision: String(person.revision),
  }
  return (
    <AmendmentForm frame={frameOf(c, name)} person={person} values={values} errors={faultsFor(c, retry?.refusal)} />
  )
}

async function disclosurePage({ c, db, context, params }: PageCall, retry?: Retry) {
  const person = await getPerson(db, context.scope, params.id!, localDate(context.now))
  return (
    <DisclosureForm
      frame={frameOf(c, person.name)}
      person={person}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}
