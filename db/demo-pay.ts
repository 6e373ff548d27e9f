/** Pay linked to level: the city's guidance, and a home that promised its levels more than it paid one of them in October. */
import { recordBands, recordGuidance, recordLadder } from '../src/allowances/level-pay.ts'
import type { DemoWorld } from './demo-world.ts'

const occupation_code = '4-10-01-05'

export async function linkPay(world: DemoWorld): Promise<void> {
  await world.do('admin', '2026-06-01', (tx, context) =>
    recordGuidance(tx, context, {
      ...{ division_code: '330100', occupation_code, effective_from: '2026-07-01' },
      citation: '演示：示例等级薪酬指导，不是真实文件',
      steps: [
        [5, 4800, 5500],
        [4, 5200, 6000],
        [3, 5800, 6800],
        [2, 6600, 7800],
        [1, 7600, 9200],
      ].map(([level, low, high]) => ({ level: level!, low_fen: low! * 100, high_fen: high! * 100 })),
    }),
  )
  await world.do('facility', '2026-06-20', (tx, context) =>
    recordLadder(tx, context, {
      ...{ occupation_code, effective_from: '2026-07-01', reason: '职工代表大会通过（演示）' },
      steps: [
        [5, 5000],
        [4, 5500],
        [3, 5700],
      ].map(([level, monthly]) => ({ level: level!, monthly_fen: monthly! * 100 })),
    }),
  )
  await world.do('facility', '2026-11-03', (tx, context) =>
    recordBands(tx, context, {
      ...{ occupation_code, month: '2026-10' },
      bands: [
        [5, 12, 5000, 6000],
        [4, 5, 5500, 6000],
        [3, 3, 5000, 5500],
      ].map(([level, people, low, high]) => ({
        ...{ level: level!, people: people!, low_fen: low! * 100, high_fen: high! * 100 },
      })),
    }),
  )
}
