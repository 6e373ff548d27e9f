/** Pages of programmes of schools: the list, adding one, and one with its figures and graduates. */
import { z } from 'zod'
import { ProgrammePage } from '../../templates/training/programme.tsx'
import { ProgrammeForm, Programmes } from '../../templates/training/programmes.tsx'
import { filled } from '../access/form-fields.ts'
import { faultsFor, form, formPage, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { listDistricts } from '../organisations/queries.ts'
import { inLanguage } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import {
  getProgramme,
  listGraduates,
  listProgrammes,
  listProgrammeVersions,
  listProgrammeYears,
  listSchools,
} from './programme-queries.ts'
import {
  correctedProgrammeShape,
  graduateLinksShape,
  graduateUnlinksShape,
  newFiguresShape,
  newProgrammeShape,
} from './programme-shapes.ts'
import { addProgramme, correctProgramme, linkGraduates, recordFigures, unlinkGraduates } from './programmes.ts'

const TITLE = { zh: '院校专业', en: 'Programmes' }
const HERE = '/console/programmes'

export function programmePages(app: App): void {
  page(app, HERE, 'programme.read', async ({ c, db, context, query }) => {
    const list = await listProgrammes(db, context.scope, { limit: 50, cursor: query.cursor })
    return (
      <Programmes
        frame={frameOf(c, inLanguage(c.get('lang'), TITLE))}
        items={list.items}
        next={list.next_cursor && `${HERE}?cursor=${encodeURIComponent(list.next_cursor)}`}
        may_add={may(context.actor.role, 'programme.write')}
      />
    )
  })
  formPage(
    app,
    `${HERE}/new`,
    'programme.write',
    z.preprocess(filled(), newProgrammeShape),
    async ({ tx, context, input }) => {
      const { id, name } = await addProgramme(tx, context, input)
      return { to: `${HERE}/${id}`, flash: { zh: `专业“${name}”已新增。`, en: `"${name}" was added.` } }
    },
    programmeForm,
  )
  formPage(
    app,
    `${HERE}/:id/correction`,
    'programme.write',
    z.preprocess(filled('revision'), correctedProgrammeShape.extend({ revision: z.number().int() })),
    async ({ tx, context, params, input: { revision, ...said } }) => {
      await correctProgramme(tx, context, params.id!, revision, said)
      return {
        to: `${HERE}/${params.id}`,
        flash: { zh: '专业已更正，原登记留存。', en: 'Corrected; what was said before is kept.' },
      }
    },
    programmeForm,
  )
  page(app, `${HERE}/:id`, 'programme.read', (call) => programme(call))
  form(
    app,
    `${HERE}/:id/years`,
    'programme.write',
    z.preprocess(filled('year', 'intake', 'graduates'), newFiguresShape),
    async ({ tx, context, params, input }) => {
      const { year } = await recordFigures(tx, context, params.id!, input)
      return {
        to: `${HERE}/${params.id}`,
        flash: { zh: `${year} 年的人数已登记。`, en: `The figures of ${year} are on record.` },
      }
    },
    (call) => programme(call, call),
  )
  form(
    app,
    `${HERE}/:id/graduates`,
    'programme.write',
    z.preprocess(chosen, graduateLinksShape),
    async ({ tx, context, params, input }) => {
      const { changed } = await linkGraduates(tx, context, params.id!, input.education_ids)
      return { to: `${HERE}/${params.id}`, flash: { zh: `已关联 ${changed} 人。`, en: `${changed} were linked.` } }
    },
    (call) => programme({ ...call, query: { ...call.query, linked: 'false' } }, call),
  )
  form(
    app,
    `${HERE}/:id/graduates/withdrawal`,
    'programme.write',
    z.preprocess(chosen, graduateUnlinksShape),
    async ({ tx, context, params, input }) => {
      const { changed } = await unlinkGraduates(tx, context, params.id!, input)
      return {
        to: `${HERE}/${params.id}`,
        flash: { zh: `已取消 ${changed} 人的关联。`, en: `${changed} links were taken back.` },
      }
    },
    (call) => programme(call, call),
  )
}

/** One tick box comes as text, none as nothing. */
function chosen(sent: unknown): unknown {
  const { education_ids, unlink_reason, ...fields } = sent as Record<string, unknown>
  return {
    ...fields,
    education_ids: [education_ids ?? []].flat(),
    ...(unlink_reason === undefined ? {} : { reason: unlink_reason }),
  }
}

async function programmeForm({ c, db, context, params }: PageCall, retry?: Retry) {
  const found = params.id ? await getProgramme(db, context.scope, params.id) : null
  return (
    <ProgrammeForm
      frame={frameOf(c, inLanguage(c.get('lang'), TITLE))}
      programme={found}
      districts={await listDistricts(db, context.scope)}
      schools={await listSchools(db, context.scope)}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}

async function programme({ c, db, context, params, query }: PageCall, retry?: Retry) {
  const found = await getProgramme(db, context.scope, params.id!)
  const linked = query.linked !== 'false'
  const list = await listGraduates(db, context.scope, found, { limit: 50, cursor: query.cursor, linked })
  const here = `${HERE}/${found.id}`
  const next = new URLSearchParams({ linked: `${linked}`, cursor: list.next_cursor ?? '' })
  const figures = c.req.path.endsWith('/years')
  const errors = faultsFor(c, retry?.refusal).map(({ pointer, message }) => ({
    message,
    pointer: figures ? pointer : pointer === '/reason' ? '/unlink_reason' : '',
  }))
  return (
    <ProgrammePage
      frame={frameOf(c, found.name)}
      programme={found}
      versions={await listProgrammeVersions(db, found.id)}
      years={await listProgrammeYears(db, found.id)}
      graduates={list.items}
      linked={linked}
      next={list.next_cursor && `${here}?${next}`}
      may_change={may(context.actor.role, 'programme.write')}
      values={retry?.values ?? {}}
      ticked={retry?.ticked('education_ids') ?? []}
      errors={{ figures: figures ? errors : [], graduates: figures ? [] : errors }}
    />
  )
}
