/** What stands above the results of a class: by which terms, whether they are locked and published, and what is to be done next. */

import { localDate } from '../../src/platform/calendar.ts'
import { inLanguage, type Lang } from '../../src/platform/errors.ts'
import type { Closing } from '../../src/training/assessment-progress.ts'

import type { Terms } from '../../src/training/assessment-rules.ts'
import { CONFIDENCES } from '../../src/training/rules.ts'
import { Card, Facts, Notice, Tag } from '../parts.tsx'
import { words } from '../words.ts'

export interface AssessmentCardProps {
  lang: Lang
  class_id: string
  terms: Terms
  closing: Closing | null
  waiting: number
  differing: number
  may_enter: boolean
  /** the reader's institution teaches the class */
  may_complete: boolean
}

export function AssessmentCard(props: AssessmentCardProps) {
  const { lang, class_id, terms, closing, waiting, differing, may_enter, may_complete } = props
  const w = words(lang)
  const here = `/console/classes/${class_id}`
  return (
    <Card
      title={w('考核', 'Assessment')}
      actions={
        may_complete ? (
          <a class="button" href={`${here}/completion`}>
            {w('结业与合格率', 'Completion and rates')}
          </a>
        ) : (
          may_enter && (
            <>
              <a class="button" href={`${here}/sitting`}>
                {w('单项录入与补考', 'One part, re-sits')}
              </a>
              {differing > 0 && (
                <a class="button" href={`${here}/result-differences`}>
                  {w(`处理差异 ${differing}`, `Differences ${differing}`)}
                </a>
              )}
              <a class="button" href={`${here}/examiners`}>
                {w('考评组', 'Examiners')}
              </a>
              {!closing?.published_at && (
                <a class="button" href={`${here}/result-closing`}>
                  {closing ? w('公布成绩', 'Publish') : w('锁定成绩', 'Lock')}
                </a>
              )}
            </>
          )
        )
      }
    >
      <Facts
        items={[
          { label: w('成绩状态', 'State'), value: <ClosingTag closing={closing} lang={lang} /> },
          { label: w('考核办法', 'Terms'), value: termsWords(terms, lang) },
          { label: w('依据', 'Source'), value: sourceWords(terms, lang) },
        ]}
      />
      {terms.two_person_entry && may_enter && (
        <Notice tone={differing > 0 ? 'warn' : 'info'}>
          {w(
            `本班成绩由两人分别录入，一致才算数，录入时看不到另一人填的内容。现有 ${waiting} 项等待第二人，${differing} 项不一致。`,
            `Two people enter the marks of this class without seeing each other’s; they stand where both agree. ${waiting} wait for the second person, ${differing} differ.`,
          )}
        </Notice>
      )}
    </Card>
  )
}

function ClosingTag({ closing, lang }: { closing: Closing | null; lang: Lang }) {
  const w = words(lang)
  if (!closing) return <Tag tone="plain">{w('录入中', 'Being entered')}</Tag>
  const implied = closing.implied ? w('（随结业）', ' (with the completion)') : ''
  if (!closing.published_at)
    return (
      <Tag tone="info">
        {w(`已锁定 ${localDate(closing.locked_at)}`, `Locked ${localDate(closing.locked_at)}`)}
        {implied}
      </Tag>
    )
  return (
    <Tag tone="good">
      {w(`已公布 ${localDate(closing.published_at)}`, `Published ${localDate(closing.published_at)}`)}
      {implied}
    </Tag>
  )
}

/** `合格单项保留 12 个月；每项最多考 3 次；公布后 7 天内可申诉` */
export function termsWords({ kept_months, sittings, appeal_days }: Terms, lang: Lang): string {
  const w = words(lang)
  return [
    kept_months > 0
      ? w(`合格单项保留 ${kept_months} 个月`, `a passed part is kept ${kept_months} months`)
      : w('单项成绩不保留', 'no part is kept'),
    w(`每项最多考 ${sittings} 次`, `${sittings} sittings of a part at most`),
    w(`公布后 ${appeal_days} 天内可申诉`, `appeals within ${appeal_days} days`),
  ].join(w('；', '; '))
}

function sourceWords({ citation, confidence, valid_from }: Terms, lang: Lang): string {
  const w = words(lang)
  if (valid_from === null) return w('系统默认，未见原文', 'default of this system, no source found')
  return `${citation}（${inLanguage(lang, CONFIDENCES[confidence as keyof typeof CONFIDENCES])}）`
}
