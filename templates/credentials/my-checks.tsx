/** For the holder: who checked their certificates, and why. */
import { CHECK_PURPOSES, type CheckPurpose } from '../../src/credentials/check-rules.ts'
import {
  CHECK_STATUSES,
  type CheckStatus,
  REGISTRIES,
  REGISTRY_RESULTS,
  type Registry,
  type RegistryResult,
} from '../../src/credentials/rules.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { type Frame, Page } from '../layout.tsx'
import { Empty } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'

export interface MyChecksProps {
  frame: Frame
  items: {
    number: string
    what: 'roster' | 'registry'
    asked_by: string
    purpose: CheckPurpose | null
    registry: string | null
    result: string
    at: string
  }[]
}

export function MyChecks({ frame, items }: MyChecksProps) {
  const w = words(frame.lang)
  const told = (message: { zh: string; en: string } | undefined) => (message ? inLanguage(frame.lang, message) : '—')
  return (
    <Page {...frame} heading={w('谁查验过我的证书', 'Who checked my certificates')}>
      <p class="lead">
        {w(
          '机构核验名册、主管部门在官方平台核验，都记在这里。扫码或凭编号查验的人不留名，因此不在其中。',
          'Institutions that checked a roster and offices that looked up an official register. Whoever scans the code or types the number is not recorded, so they are not listed.',
        )}
      </p>
      <Table
        caption={w('查验记录', 'Checks')}
        empty={<Empty title={w('还没有机构查验过您的证书。', 'Nobody has checked your certificates yet.')} />}
        columns={[
          { key: 'at', label: w('时间', 'When') },
          { key: 'who', label: w('查验单位', 'Who') },
          { key: 'purpose', label: w('用途', 'Purpose') },
          { key: 'number', label: w('证书编号', 'Number') },
          { key: 'result', label: w('结果', 'Result') },
        ]}
        rows={items.map((one) => ({
          cells: {
            at: one.at,
            who: one.asked_by || '—',
            purpose:
              one.what === 'roster'
                ? told(one.purpose ? CHECK_PURPOSES[one.purpose] : undefined)
                : w('在官方平台核验：', 'Look-up in ') + told(REGISTRIES[one.registry as Registry]),
            number: one.number,
            result: told(
              one.what === 'roster'
                ? CHECK_STATUSES[one.result as CheckStatus]
                : REGISTRY_RESULTS[one.result as RegistryResult],
            ),
          },
        }))}
      />
    </Page>
  )
}
