/** Pages of organisations: the list, one of them, registering and amending one. */
import { z } from 'zod'
import { OrganisationForm } from '../../templates/organisations/forms.tsx'
import { OrganisationPage } from '../../templates/organisations/organisation.tsx'
import { Organisations } from '../../templates/organisations/organisations.tsx'
import { faultsFor, form, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { timelineOf } from '../history/queries.ts'
import { localDate } from '../platform/calendar.ts'
import type { Scope } from '../platform/context.ts'
import { inLanguage } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { amendOrganisation, registerOrganisation } from './actions.ts'
import { closingsConsole } from './closings-console.tsx'
import { listFilings } from './filings.ts'
import { filingsConsole } from './filings-console.tsx'
import { branchesOf, countStaff, getOrganisation, listDistricts, listOrganisations, parentChoices } from './queries.ts'
import { creditCodeWarnings, isClosed, staffWarnings } from './rules.ts'
import { newOrganisationShape, organisationAmendmentShape, organisationFilterShape } from './shapes.ts'
import { townshipChoices } from './townships.ts'
import { townshipsConsole } from './townships-console.tsx'

const title = { zh: '机构', en: 'Organisations' }

export function organisationsConsole(app: App): void {
  page(app, '/console/organisations', 'organisation.read', async ({ c, db, context, query }) => {
    const { limit, cursor, ...filter } = filterOf(query)
    const today = localDate(context.now)
    const list = await listOrganisations(db, context.scope, { ...filter, limit, cursor }, today)
    const { q = '', kind = '', district_code = '', parent_id = '', status } = filter
    const chosen = { q, kind, district_code, parent_id, status }
    const next = new URLSearchParams({ ...chosen, cursor: list.next_cursor ?? '' })
    return (
      <Organisations
        frame={frameOf(c, inLanguage(c.get('lang'), title))}
        filter={chosen}
        districts={await listDistricts(db, context.scope)}
        items={list.items.map((item) => ({ ...item, closed: isClosed(item, today) }))}
        next={list.next_cursor && `/console/organisations?${next}`}
        may_register={may(context.actor.role, 'organisation.write')}
      />
    )
  })
  page(app, '/console/organisations/new', 'organisation.write', (call) => formPage(call))
  form(
    app,
    '/console/organisations',
    'organisation.write',
    z.preprocess(filledIn, newOrganisationShape),
    async ({ tx, context, input }) => {
      const { id } = await registerOrganisation(tx, context, input)
      return {
        to: `/console/organisations/${id}`,
        flash: { zh: '机构已登记。', en: 'The organisation was registered.' },
      }
    },
    (call) => formPage(call, call),
  )
  page(app, '/console/organisations/:id', 'organisation.read', (call) => organisationPage(call))
  page(app, '/console/organisations/:id/amendment', 'organisation.write', (call) => formPage(call))
  form(
    app,
    '/console/organisations/:id/amendment',
    'organisation.write',
    z.preprocess(amendment, organisationAmendmentShape.extend({ revision: z.coerce.number().int() })),
    async ({ tx, context, params, input: { revision, ...input } }) => {
      await amendOrganisation(tx, context, params.id!, revision, input)
      return { to: `/console/organisations/${params.id}`, flash: { zh: '资料已变更。', en: 'Amended.' } }
    },
    (call) => formPage(call, call),
  )
  closingsConsole(app)
  filingsConsole(app)
  townshipsConsole(app)
}

async function organisationPage({ c, db, context, params }: PageCall) {
  const { scope } = context
  const today = localDate(context.now)
  const organisation = await getOrganisation(db, scope, params.id!, today)
  const { id, closed_on } = organisation
  // names and filings are no secret; how many work there and who changed what is its own and its district's
  const close = scope.kind === 'division' || (scope.kind === 'organisation' && scope.organisation_id === id)
  const warnings = close
    ? [
        ...creditCodeWarnings(organisation.credit_code),
        ...staffWarnings(closed_on, closed_on ? await countStaff(db, id, closed_on) : 0),
      ]
    : []
  return (
    <OrganisationPage
      frame={frameOf(c, organisation.name)}
      organisation={{ ...organisation, closed: isClosed(organisation, today) }}
      parent_visible={isVisible(scope, organisation.parent_district_code)}
      branches={(await branchesOf(db, id)).map((branch) => ({
        ...branch,
        closed: isClosed(branch, today),
        visible: isVisible(scope, branch.district_code),
      }))}
      filings={await listFilings(db, scope, id)}
      today={today}
      staff={close ? await countStaff(db, id, today) : null}
      changes={close ? await timelineOf(db, 'organisation', [id]) : null}
      warnings={warnings.map(({ message }) => inLanguage(c.get('lang'), message))}
      may_write={may(context.actor.role, 'organisation.write')}
      sees_allowances={close && may(context.actor.role, 'organisation_allowance.read')}
    />
  )
}

function isVisible(scope: Scope, district_code: string | null): boolean {
  return scope.kind !== 'division' || (district_code ?? '').startsWith(scope.prefix)
}

/** The form of a new organisation, or of the one in the address. */
async function formPage({ c, db, context, params }: PageCall, retry?: Retry) {
  const organisation = params.id ? await getOrganisation(db, context.scope, params.id, localDate(context.now)) : null
  const known = organisation && {
    ...Object.fromEntries(
      Object.entries(organisation).flatMap(([key, value]) => (value ? [[key, String(value)]] : [])),
    ),
  }
  const parents = (await parentChoices(db, context.scope)).filter(({ id }) => id !== organisation?.id)
  if (organisation?.parent_id && !parents.some(({ id }) => id === organisation.parent_id))
    parents.unshift({ id: organisation.parent_id, name: organisation.parent_name! })
  return (
    <OrganisationForm
      frame={frameOf(c, organisation?.name ?? inLanguage(c.get('lang'), title))}
      organisation={organisation}
      districts={await listDistricts(db, context.scope)}
      townships={await townshipChoices(db, context.scope)}
      parents={parents}
      kinds={retry?.ticked('kinds') ?? organisation?.kinds ?? []}
      values={{ ...(retry?.values ?? known), ...(organisation && { revision: String(organisation.revision) }) }}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}

/** A filter that somebody typed into the address and that means nothing is left out. */
function filterOf(query: Record<string, string>) {
  const given = Object.entries(query).filter(
    ([key, value]) => value !== '' && organisationFilterShape.shape[key as 'q']?.safeParse(value).success,
  )
  return organisationFilterShape.parse(Object.fromEntries(given))
}

function listed(kinds: unknown): string[] {
  return [kinds ?? []].flat().filter((kind) => typeof kind === 'string')
}

/** A form sends empty text for what was left out, and one value where a list is meant. */
function filledIn(sent: unknown): Record<string, unknown> {
  const { kinds, ...rest } = sent as Record<string, unknown>
  return { ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== '')), kinds: listed(kinds) }
}

/** What may be without a value is emptied by leaving its field empty. */
function amendment(sent: unknown): unknown {
  const { name, facility_kind, ownership, township_code, credit_code, parent_id, assessor_prefix } = sent as Record<
    string,
    unknown
  >
  const emptied = { facility_kind, ownership, township_code, credit_code, parent_id, assessor_prefix }
  return {
    ...filledIn(sent),
    name,
    ...Object.fromEntries(Object.entries(emptied).map(([key, value]) => [key, value || null])),
  }
}
