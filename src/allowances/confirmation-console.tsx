/** The page by which a version is confirmed by document. */
import { z } from 'zod'
import { ConfirmScheme } from '../../templates/allowances/confirm-scheme.tsx'
import { faultsFor, form, frameOf, type PageCall, page } from '../access/pages.ts'
import { notFound, type Refusal } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { parseYuan } from '../platform/money.ts'
import { confirmVersion } from './actions.ts'
import type { Instalment } from './components.ts'
import { confirmationShape } from './confirmation-shapes.ts'
import { getScheme, listVersions } from './queries.ts'
import { versionProps } from './scheme-view.ts'

const CONFIRM = '/console/schemes/:code/versions/:number/confirmation'

export function confirmationConsole(app: App): void {
  page(app, CONFIRM, 'scheme.confirm', (call) => confirmPage(call, {}))
  form(
    app,
    CONFIRM,
    'scheme.confirm',
    z.preprocess(toConfirmation, confirmationShape),
    async ({ tx, context, params, input }) => {
      await confirmVersion(tx, context, params.code!, Number(params.number), input)
      return {
        to: `/console/schemes/${params.code}`,
        flash: { zh: '标准已确认，可以计算津贴。', en: 'Confirmed; allowances can be computed.' },
      }
    },
    (call) => confirmPage(call, call.values, call.refusal),
  )
}

async function confirmPage({ c, db, params }: PageCall, values: Record<string, string>, refusal?: Refusal) {
  const scheme = await getScheme(db, params.code!)
  const version =
    (await listVersions(db, scheme.code)).find(({ number }) => number === Number(params.number)) ??
    notFound({ zh: '政策版本', en: 'version' })
  const errors = faultsFor(c, refusal).map(({ pointer, message }) => ({
    pointer: fieldPointer(pointer, values),
    message,
  }))
  return (
    <ConfirmScheme
      frame={frameOf(c, scheme.name)}
      code={scheme.code}
      name={scheme.name}
      version={versionProps(version, new Map(), c.get('lang'))}
      values={values}
      errors={errors}
    />
  )
}

/** `rate_5=300`, `rate_entry.bachelor=50000`, `hours_continuing_education_5=8` and the like as the API's body has them. */
function toConfirmation(sent: unknown) {
  const { document, reason, effective_from, by_catalogue, ...fields } = sent as Record<string, string>
  const thresholds: Record<string, Record<string, number>> = {}
  const ladder: Record<string, number[]> = {}
  const components: Record<string, { instalments?: Instalment[]; part_time_percent?: number }> = {}
  for (const [name, text] of Object.entries(fields)) {
    const [, what, of = '', key] = /^(hours|ladder|instalment|part_time)_(\w+?)(?:[._]([0-9]+))?$/.exec(name) ?? []
    if (what === 'hours' && key) thresholds[of] = { ...thresholds[of], [key]: numberIn(text) }
    if (what === undefined || text.trim() === '') continue
    if (what === 'ladder') ladder[of] = [Number(text)]
    if (what === 'part_time') components[of] = { ...components[of], part_time_percent: numberIn(text) }
    if (what === 'instalment')
      components[of] = {
        ...components[of],
        instalments: [...(components[of]?.instalments ?? []), { after_years: Number(key), percent: numberIn(text) }],
      }
  }
  const rates = rateNames(fields).map((name) => {
    const [component, key] = name.slice('rate_'.length).split('.')
    const fen = parseYuan(fields[name] ?? '') ?? Number.NaN
    const of = key === undefined ? { level: Number(component) } : { component, key }
    if (!by_catalogue) return { ...of, amount_fen: fen }
    return { ...of, catalogue_price_fen: fen, shortage: fields[name.replace('rate_', 'shortage_')] || undefined }
  })
  return {
    ...{ document, reason, rates, thresholds, components },
    ...(effective_from ? { effective_from } : {}),
    ...(Object.keys(ladder).length > 0 ? { ladder } : {}),
  }
}

function numberIn(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text)
}

/** In the order in which they become `rates`. */
function rateNames(fields: Record<string, string>): string[] {
  return Object.keys(fields).filter((name) => /^rate_([1-5]|\w+\.\w*)$/.test(name))
}

/** Where a fault of the body stands on the form. */
function fieldPointer(pointer: string, values: Record<string, string>): string {
  const rate = /^\/rates\/(\d+)/.exec(pointer)?.[1]
  if (rate) return `/${rateNames(values)[Number(rate)]}`
  return pointer
    .replace(/^\/thresholds\/(\w+)\/(\d)$/, '/hours_$1_$2')
    .replace(/^\/ladder\/(\w+)$/, '/ladder_$1')
    .replace(/^\/components\/(\w+)\/part_time_percent$/, '/part_time_$1')
    .replace(/^\/components\/(\w+)\/instalments.*$/, '/instalment_$1.1')
}
