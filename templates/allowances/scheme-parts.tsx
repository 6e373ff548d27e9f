/** Rates and conditions of a version, and how certain each of them is. */
import { useContext } from 'hono/jsx'
import { inLanguage } from '../../src/platform/errors.ts'
import { Tag } from '../parts.tsx'
import { Table } from '../table.tsx'
import { Language, useWords } from '../words.ts'
import type { VersionProps } from './schemes.tsx'
import { CONFIDENCES, levelName, requiredWords, yuan } from './words.ts'

export function Rates({ version }: { version: VersionProps }) {
  const w = useWords()
  const lang = useContext(Language)
  return (
    <Table
      caption={w('月标准', 'Monthly rates')}
      empty={w('没有标准。', 'No rates.')}
      columns={[
        { key: 'level', label: w('技能等级', 'Level') },
        { key: 'amount', label: w('月标准', 'A month'), numeric: true },
        { key: 'place', label: w('适用', 'For') },
        { key: 'confidence', label: w('依据', 'Certainty') },
        { key: 'citation', label: w('出处', 'Source') },
      ]}
      rows={version.rates.map((rate) => {
        const missing = version.missing.levels.includes(rate.level)
        const usable = ['seen', 'confirmed'].includes(rate.confidence)
        return {
          cells: {
            level: levelName(rate.level, lang),
            amount: yuan(rate.amount_fen),
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
            title: condition.title,
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
