/** A school's programme with its figures and graduates. */
import { sql } from 'kysely'
import { addProgramme, linkGraduates, recordFigures } from '../src/training/programmes.ts'
import type { DemoWorld } from './demo-world.ts'

/** After the carer's schooling is on record: it is linked to the programme it comes from. */
export async function showProgrammes(world: DemoWorld): Promise<void> {
  const school = '示例职业技术学院'
  const { id } = await world.do('district', '2026-11-04', (tx, context) =>
    addProgramme(tx, context, {
      ...{ school, name: '智慧健康养老服务与管理', level: 'junior_college', workforce: 'elder_care' },
      district_code: '330106',
    }),
  )
  const citation = (year: number) => `${school}${year}年质量年报（示例）`
  for (const [year, intake, graduates] of [
    [2022, 60, 41],
    [2023, 72, 55],
    [2024, 80, 58],
    [2025, 96, 69],
  ] as const)
    await world.do('district', '2026-11-04', (tx, context) =>
      recordFigures(tx, context, id, { year, intake, graduates, citation: citation(year) }),
    )
  await world.do('district', '2026-11-05', (tx, context) =>
    recordFigures(tx, context, id, {
      ...{ year: 2025, intake: 96, graduates: 71, citation: citation(2025) },
      reason: '学校补报 2 名秋季毕业生',
    }),
  )
  const { rows } = await sql<{ id: string }>`
    select id from educations where school = ${school} and level = 'junior_college' and known_to = 'infinity'`.execute(
    world.db,
  )
  await world.do('district', '2026-11-05', (tx, context) =>
    linkGraduates(
      tx,
      context,
      id,
      rows.map((education) => education.id),
    ),
  )
}
