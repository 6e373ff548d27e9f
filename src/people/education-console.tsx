/** Pages of educations (schooling, 学历): recording, correcting, withdrawing. */

import { z } from 'zod'
import {
  EducationCorrectionForm,
  EducationWithdrawalForm,
  NewEducationForm,
} from '../../templates/people/education-forms.tsx'
import { filled } from '../access/form-fields.ts'
import { faultsFor, formPage, frameOf, type PageCall, type Retry } from '../access/pages.ts'
import type { App } from '../platform/http.ts'
import { getEducation } from './education-queries.ts'
import { educationCorrectionShape, educationWithdrawalShape, newEducationShape } from './education-shapes.ts'
import { correctEducation, recordEducation, withdrawEducation } from './educations.ts'
import { personForm } from './fact-console.tsx'

export function educationsConsole(app: App): void {
  personForm(
    app,
    'educations',
    'education.write',
    NewEducationForm,
    newEducationShape,
    ({ tx, context, params, input }) => recordEducation(tx, context, params.id!, input),
  )
  formPage(
    app,
    '/console/educations/:id/correction',
    'education.write',
    z.preprocess(emptied, educationCorrectionShape),
    async ({ tx, context, params, input }) => {
      const { person_id } = await correctEducation(tx, context, params.id!, input)
      return { to: `/console/people/${person_id}`, flash: { zh: '学历已更正。', en: 'The education is corrected.' } }
    },
    (call, retry) => educationPage(call, EducationCorrectionForm, retry),
  )
  formPage(
    app,
    '/console/educations/:id/withdrawal',
    'education.write',
    educationWithdrawalShape,
    async ({ tx, context, params, input }) => {
      const { person_id } = await withdrawEducation(tx, context, params.id!, input.reason)
      return { to: `/console/people/${person_id}`, flash: { zh: '学历已撤销。', en: 'The education is withdrawn.' } }
    },
    (call, retry) => educationPage(call, EducationWithdrawalForm, retry),
  )
}

const OPTIONAL = ['major', 'starts_on', 'graduated_on', 'certificate_number', 'evidence']

/** An optional field that was emptied is cleared. */
function emptied(sent: unknown): unknown {
  const values = sent as Record<string, unknown>
  return { ...filled()(sent), ...Object.fromEntries(OPTIONAL.map((name) => [name, values[name] || null])) }
}

async function educationPage(
  { c, db, context, params }: PageCall,
  Template: typeof EducationCorrectionForm,
  retry?: Retry,
) {
  const { person_id, person_name, id, ...education } = await getEducation(db, context.scope, params.id!)
  const known = Object.fromEntries(Object.entries(education).map(([name, value]) => [name, value ?? '']))
  return (
    <Template
      frame={frameOf(c, person_name)}
      person={{ id: person_id, name: person_name }}
      education={{ id, ...education }}
      values={{ ...known, ...retry?.values }}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}
