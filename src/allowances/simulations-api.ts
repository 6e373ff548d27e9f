/** JSON routes of simulations. */
import { z } from 'zod'
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { listOf } from '../people/shapes.ts'
import type { App } from '../platform/http.ts'
import { pageShape } from '../platform/paging.ts'
import { wholeListOf } from '../training/shapes.ts'
import { requestSimulation } from './simulation.ts'
import { getSimulation, listFigures, listSimulations } from './simulation-queries.ts'
import * as shapes from './simulation-shapes.ts'

const tag = 'allowances'
const reading = { permission: 'simulation.read', tag } as const

export function simulationsApi(app: App): void {
  write(
    app,
    {
      method: 'post',
      permission: 'simulation.request',
      tag,
      path: '/schemes/{code}/simulations',
      name: 'requestSimulation',
      summary: '测算一份草案 What a draft of a scheme would pay, over real facts; changes nothing',
      params: z.object({ code: z.string() }),
      body: shapes.newSimulationShape,
      answer: shapes.simulationShape,
      status: 202,
      made_in: '/simulations',
    },
    ({ tx, context, params, body }) => requestSimulation(tx, context, params.code, body),
  )
  read(
    app,
    {
      ...reading,
      path: '/simulations',
      name: 'listSimulations',
      summary: '测算 Simulations',
      query: pageShape.extend({ scheme_code: z.string().optional() }),
      answer: listOf(shapes.simulationShape),
    },
    ({ db, context, query }) => listSimulations(db, context.scope, query),
  )
  read(
    app,
    {
      ...reading,
      path: '/simulations/{id}',
      name: 'getSimulation',
      summary: '一次测算 Get a simulation',
      params: idShape,
      answer: shapes.simulationShape,
    },
    ({ db, context, params }) => getSimulation(db, context.scope, params.id),
  )
  read(
    app,
    {
      ...reading,
      path: '/simulations/{id}/figures',
      name: 'listSimulationFigures',
      summary: '测算结果 People and money by month, district and level: today and by the draft',
      params: idShape,
      answer: wholeListOf(shapes.figureShape),
    },
    async ({ db, context, params }) => ({
      items: await listFigures(db, (await getSimulation(db, context.scope, params.id)).id),
    }),
  )
}
