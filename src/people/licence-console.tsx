/** Pages of licences to practise (执业资格): recording, correcting, withdrawing. */

import { z } from 'zod'
import { LicenceCorrectionForm, LicenceWithdrawalForm, NewLicenceForm } from '../../templates/people/licence-forms.tsx'
import { filled } from '../access/form-fields.ts'
import { faultsFor, formPage, frameOf, type PageCall, type Retry } from '../access/pages.ts'
import type { App } from '../platform/http.ts'
import { personForm } from './fact-console.tsx'
import { licenceCorrectionShape, licenceWithdrawalShape, newLicenceShape } from './licence-shapes.ts'
import { correctLicence, getLicence, recordLicence, withdrawLicence } from './licences.ts'

export function licencesConsole(app: App): void {
  personForm(app, 'licences', 'licence.write', NewLicenceForm, newLicenceShape, ({ tx, context, params, input }) =>
    recordLicence(tx, context, params.id!, input),
  )
  formPage(
    app,
    '/console/licences/:id/correction',
    'licence.write',
    z.preprocess(emptied, licenceCorrectionShape),
    async ({ tx, context, params, input }) => {
      const { person_id } = await correctLicence(tx, context, params.id!, input)
      return { to: `/console/people/${person_id}`, flash: { zh: '执业资格已更正。', en: 'The licence is corrected.' } }
    },
    (call, retry) => licencePage(call, LicenceCorrectionForm, retry),
  )
  formPage(
    app,
    '/console/licences/:id/withdrawal',
    'licence.write',
    licenceWithdrawalShape,
    async ({ tx, context, params, input }) => {
      const { person_id } = await withdrawLicence(tx, context, params.id!, input.reason)
      return { to: `/console/people/${person_id}`, flash: { zh: '执业资格已撤销。', en: 'The licence is withdrawn.' } }
    },
    (call, retry) => licencePage(call, LicenceWithdrawalForm, retry),
  )
}

const OPTIONAL = ['valid_until', 'evidence']

/** An optional field that was emptied is cleared. */
function emptied(sent: unknown): unknown {
  const values = sent as Record<string, unknown>
  return { ...filled()(sent), ...Object.fromEntries(OPTIONAL.map((name) => [name, values[name] || null])) }
}

async function licencePage(
  { c, db, context, params }: PageCall,
  Template: typeof LicenceCorrectionForm,
  retry?: Retry,
) {
  const { person_id, person_name, id, ...licence } = await getLicence(db, context.scope, params.id!)
  const known = Object.fromEntries(Object.entries(licence).map(([name, value]) => [name, value ?? '']))
  return (
    <Template
      frame={frameOf(c, person_name)}
      person={{ id: person_id, name: person_name }}
      licence={{ id, ...licence }}
      values={{ ...known, ...retry?.values }}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}
