/** Rates and conditions of a version, and how certain each of them is. */
import { useContext } from 'hono/jsx'
import { keyOf } from '../../src/allowances/usable-rules.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { Card, Facts, Notice, Tag } from '../parts.tsx'
import { Table } from '../table.tsx'
import { Language, useWords } from '../words.ts'
import type { ComponentProps, VersionProps } from './scheme.tsx'
import { CONFIDENCES, requiredWords, yuan } from './words.ts'

/** One component: how it is paid, what it leaves open, and its rates. */
export function ComponentCard({ component }: { component: ComponentProps }) {
  const w = useWords()
  const lang = useContext(Language)
  const { title, facts, citation, confidence, missing } = component
  return (
    <>
      <Card title={title}>
        {missing.others.length > 0 && (
          <Notice tone="bad">
            {w('不能计算，来源没有说明：', 'Not computed; no source tells: ')}
            {missing.others.map((one) => inLanguage(lang, one)).join(w('、', ', '))}
          </Notice>
        )}
        <Facts
          items={[
            ...facts,
            {
              label: w('依据', 'Sources'),
              value: (
                <>
                  {citation} <Confidence of={confidence} />
                </>
              ),
            },
          ]}
        />
      </Card>
      <Rates component={component} />
    </>
  )
}

function Rates({ component }: { component: ComponentProps }) {
  const w = useWords()
  return (
    <Table
      caption={w(`${component.title}标准`, `Rates: ${component.title}`)}
      empty={w('没有标准。', 'No rates.')}
      columns={[
        { key: 'of', label: w('按', 'By') },
        { key: 'amount', label: w('金额', 'Amount'), numeric: true },
        { key: 'place', label: w('适用', 'For') },
        { key: 'confidence', label: w('依据', 'Certainty') },
        { key: 'citation', label: w('出处', 'Source') },
      ]}
      rows={component.rates.map((rate) => {
        const missing = component.missing.rates.some(({ key }) => key === keyOf(rate))
        const usable = ['seen', 'confirmed'].includes(rate.confidence)
        return {
          cells: {
            of: rate.of,
            amount: rate.amount_fen === null ? w('未知', 'Unknown') : yuan(rate.amount_fen),
            place: rate.place ?? w('全部', 'All'),
            confidence:
              usable || missing ? (
                <Confidence of={rate.confidence} unconfirmed={missing} />
              ) : (
                <Tag tone="plain">{w('推定，已由文件取代', 'Inferred, replaced by a document')}</Tag>
              ),
            citation: rate.citation,
          },
          marked: missing ? ['amount'] : [],
        }
      })}
    />
  )
}

export function Conditions({ version }: { version: VersionProps }) {
  const w = useWords()
  const lang = useContext(Language)
  return (
    <Table
      caption={w('条件', 'Conditions')}
      empty={w('没有条件。', 'No conditions.')}
      columns={[
        { key: 'title', label: w('条件', 'Condition') },
        { key: 'required', label: w('要求', 'Required') },
        { key: 'confidence', label: w('依据', 'Certainty') },
        { key: 'citation', label: w('出处', 'Source') },
      ]}
      rows={version.conditions.map((condition) => {
        const missing = version.missing.conditions.includes(condition.code)
        return {
          cells: {
            title: titled(condition, version.components),
            required: requiredWords(condition.measure, condition.threshold, lang),
            confidence: <Confidence of={condition.confidence} unconfirmed={missing} />,
            citation: condition.citation,
          },
          marked: missing ? ['required'] : [],
        }
      })}
    />
  )
}

/** Where a condition is asked of one component of several, its title says so. */
function titled({ title, component }: VersionProps['conditions'][number], components: ComponentProps[]): string {
  const own = component && components.find(({ code }) => code === component)
  return own ? `${title}（${own.title}）` : title
}

export function Confidence({ of, unconfirmed }: { of: string; unconfirmed?: boolean }) {
  const w = useWords()
  const known = CONFIDENCES[of] ?? { words: { zh: of, en: of }, tone: 'plain' as const }
  const name = inLanguage(useContext(Language), known.words)
  return unconfirmed ? (
    <Tag tone="bad">{w(`${name}，未经确认`, `${name}, not confirmed`)}</Tag>
  ) : (
    <Tag tone={known.tone}>{name}</Tag>
  )
}
