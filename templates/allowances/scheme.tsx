/** One scheme with its versions, rates and conditions. */
import type { Message } from '../../src/platform/errors.ts'
import { type Frame, Page } from '../layout.tsx'
import { Card, Facts, Notice } from '../parts.tsx'
import { useWords, words } from '../words.ts'
import type { Fact } from './component-words.ts'
import { ComponentCard, Conditions, Confidence } from './scheme-parts.tsx'
import { qualityName } from './words.ts'

export interface Missing {
  levels: number[]
  rates: { component: string; key: string }[]
  conditions: string[]
  others: Message[]
  asks: { component: string; asks: string }[]
}

export interface ComponentProps {
  code: string
  title: string
  facts: Fact[]
  /** what its rates are looked up by */
  by: string
  /** confirmed by prices of a catalogue */
  catalogue: boolean
  citation: string
  confidence: string
  confirmed: boolean
  missing: Missing
  rates: RateProps[]
}

export interface RateProps {
  /** what it is the rate of, in words */
  of: string
  component?: string
  level: number | null
  key?: string | null
  min_years?: number | null
  below_years?: number | null
  amount_fen: number | null
  place: string | null
  citation: string
  confidence: string
}

export interface VersionProps {
  number: number
  title: string
  effective_from: string | null
  effective_to: string | null
  citation: string
  confidence: string
  confirmed: boolean
  confirmation: { document: string; reason: string; confirmed_by: string; at: string } | null
  missing: Missing
  components: ComponentProps[]
  ladder: { code: string; title: string }[]
  facts: Fact[]
  conditions: {
    code: string
    component?: string | null
    title: string
    measure: string
    parameters?: unknown
    threshold: unknown
    citation: string
    confidence: string
  }[]
}

export interface SchemeProps {
  frame: Frame
  code: string
  name: string
  versions: VersionProps[]
  sources: { code: string; title: string; address: string; quality: string }[]
  may_confirm: boolean
  may_simulate: boolean
  may_try: boolean
}

export function Scheme({ frame, code, name, versions, sources, may_confirm, may_simulate, may_try }: SchemeProps) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={name}
      back={{ href: '/console/schemes', label: w('政策与标准', 'Schemes') }}
      actions={
        may_try && (
          <a class="button" href={`/console/schemes/${code}/trial`}>
            {w('试算', 'Try a month')}
          </a>
        )
      }
    >
      {versions.map((version) => (
        <Version
          version={version}
          confirm={
            may_confirm && version.missing.rates.length + version.missing.conditions.length > 0
              ? `/console/schemes/${code}/versions/${version.number}/confirmation`
              : null
          }
          simulate={may_simulate ? `/console/schemes/${code}/versions/${version.number}/simulation` : null}
        />
      ))}
      <Card title={w('来源', 'Sources')}>
        <Facts
          items={sources.map((source) => ({
            label: `${source.code} ${qualityName(source.quality, frame.lang)}`,
            value: `${source.title} ${source.address}`,
          }))}
        />
      </Card>
    </Page>
  )
}

function Version({
  version,
  confirm,
  simulate,
}: {
  version: VersionProps
  confirm: string | null
  simulate: string | null
}) {
  const w = useWords()
  return (
    <>
      <Card
        title={w(`第 ${version.number} 版：${version.title}`, `Version ${version.number}: ${version.title}`)}
        actions={
          <>
            {simulate && (
              <a class="button" href={simulate}>
                {w('测算草案', 'Simulate a draft')}
              </a>
            )}
            {confirm && (
              <a class="button primary" href={confirm}>
                {w('凭文件确认标准', 'Confirm by document')}
              </a>
            )}
          </>
        }
      >
        {!version.confirmed && (
          <Notice tone="bad">
            {w(
              '以下标红的内容没有权威依据；涉及的项目在确认之前不计算。',
              'What is marked red has no authority behind it; the components it concerns are not computed until it is confirmed.',
            )}
          </Notice>
        )}
        <Facts
          items={[
            {
              label: w('施行', 'In force'),
              value: `${version.effective_from ?? w('施行日期未知', 'since when is unknown')} – ${version.effective_to ?? ''}`,
            },
            {
              label: w('依据', 'Sources'),
              value: (
                <>
                  {version.citation} <Confidence of={version.confidence} />
                </>
              ),
            },
            ...version.facts,
            ...(version.confirmation
              ? [
                  {
                    label: w('确认', 'Confirmed'),
                    value: `${version.confirmation.document}，${version.confirmation.confirmed_by}，${version.confirmation.at}（${version.confirmation.reason}）`,
                  },
                ]
              : []),
          ]}
        />
      </Card>
      {version.components.map((component) => (
        <ComponentCard component={component} />
      ))}
      <Conditions version={version} />
    </>
  )
}
