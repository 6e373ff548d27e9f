/** JSON routes of the versions of monthly facts and continuing education: what was known when, and who said so. */
import { z } from 'zod'
import { read } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import type { App } from '../platform/http.ts'
import { serviceMonthKeyShape } from './fact-shapes.ts'
import { educationHoursVersions, serviceMonthVersions } from './fact-versions.ts'
import { APPROVALS } from './rules.ts'
import { oneOf, versionsShape } from './shapes.ts'

const tag = 'monthly facts'

export function versionsApi(app: App): void {
  read(
    app,
    {
      path: '/service-months/versions',
      permission: 'person.read',
      name: 'listServiceMonthVersions',
      tag,
      summary: '月度在岗的历次版本 Every version of a month of service',
      query: serviceMonthKeyShape,
      answer: versionsShape({ attendance_days: z.number(), social_insurance: z.boolean() }, 'ServiceMonthVersions'),
    },
    async ({ db, context, query }) => {
      const { items, withdrawn } = await serviceMonthVersions(db, context.scope, query)
      return { items, withdrawn }
    },
  )
  read(
    app,
    {
      path: '/education-hours/{id}/versions',
      permission: 'person.read',
      name: 'listEducationHoursVersions',
      tag,
      summary: '继续教育学时的历次版本 Every version of hours of continuing education',
      params: idShape,
      answer: versionsShape(
        {
          ...{ completed_on: z.string(), hours: z.number(), provider: z.string(), subject: z.string() },
          approval: oneOf(APPROVALS),
        },
        'EducationHoursVersions',
      ),
    },
    async ({ db, context, params }) => {
      const { items, withdrawn } = await educationHoursVersions(db, context.scope, params.id)
      return { items, withdrawn }
    },
  )
}
