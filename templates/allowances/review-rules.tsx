/** The routes of the review and the figures of the checks: each with where it was read, and whether that is a guess. */
import { CHECK_PARAMETERS, REVIEWERS, type Reviewer } from '../../src/allowances/review-rules.ts'
import { FACILITY_KINDS } from '../../src/organisations/rules.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { type Frame, Page } from '../layout.tsx'
import { Card } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'
import { Confidence } from './scheme-parts.tsx'

interface Sourced {
  citation: string
  confidence: string
}

export interface ReviewRulesProps {
  frame: Frame
  routes: (Sourced & { scheme_code: string | null; facility_kind: string; reviewer: string })[]
  parameters: (Sourced & { code: string; value: number })[]
}

export function ReviewRules({ frame, routes, parameters }: ReviewRulesProps) {
  const w = words(frame.lang)
  const source = ({ citation, confidence }: Sourced) => (
    <>
      {citation} <Confidence of={confidence} />
    </>
  )
  return (
    <Page {...frame} heading={w('审核路径与检查参数', 'Routes of the review and figures of the checks')}>
      <Card title={w('审核路径', 'Routes')}>
        <Table
          caption={w('审核路径', 'Routes')}
          empty=""
          columns={[
            { key: 'kind', label: w('机构类型', 'Kind of facility') },
            { key: 'scheme', label: w('政策', 'Scheme') },
            { key: 'reviewer', label: w('审核', 'Reviewed by') },
            { key: 'source', label: w('依据', 'Source') },
          ]}
          rows={routes.map((route) => ({
            cells: {
              kind: inLanguage(frame.lang, FACILITY_KINDS[route.facility_kind as keyof typeof FACILITY_KINDS]),
              scheme: route.scheme_code ?? w('其他政策', 'every other'),
              reviewer: inLanguage(frame.lang, REVIEWERS[route.reviewer as Reviewer]),
              source: source(route),
            },
          }))}
        />
      </Card>
      <Card title={w('检查参数', 'Figures')}>
        <Table
          caption={w('检查参数', 'Figures')}
          empty=""
          columns={[
            { key: 'code', label: w('参数', 'Figure') },
            { key: 'value', label: w('值', 'Value'), numeric: true },
            { key: 'source', label: w('依据', 'Source') },
          ]}
          rows={parameters.map((one) => ({
            cells: {
              code: inLanguage(frame.lang, CHECK_PARAMETERS[one.code as keyof typeof CHECK_PARAMETERS]),
              value: one.code.endsWith('_fen') ? one.value / 100 : one.value,
              source: source(one),
            },
          }))}
        />
      </Card>
    </Page>
  )
}
