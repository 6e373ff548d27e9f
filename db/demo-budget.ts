/** The demo city's quotas of 2026: most districts have one, one is raised in summer and cut in autumn, one has none yet. */
import { recordQuota } from '../src/allowances/budget.ts'
import type { City } from './demo-city.ts'
import type { DemoWorld } from './demo-world.ts'

const WITHOUT = '330113'
const RAISED = '330102'

export async function grantQuotas(world: DemoWorld, city: City): Promise<void> {
  const districts = [...new Set(city.facilities.map(({ district_code }) => district_code))]
  const grant = (district_code: string, kind: 'raise' | 'cut', yuan: number, issued_on: string, document: string) =>
    world.do('finance', issued_on, (tx, context) =>
      recordQuota(tx, context, {
        ...{ scheme_code: 'hz-special-post', district_code, budget_year: 2026, kind, amount_fen: yuan * 100 },
        ...{ issued_on, document: `演示财社〔2026〕${document}` },
      }),
    )
  for (const district_code of districts.filter((code) => code !== WITHOUT))
    await grant(district_code, 'raise', 130_000, '2026-01-04', '1 号（并非真实文件）')
  await grant(RAISED, 'raise', 40_000, '2026-06-18', '27 号（并非真实文件）')
  await grant(RAISED, 'cut', 20_000, '2026-10-15', '61 号（并非真实文件）')
}
