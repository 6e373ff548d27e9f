/** The ranking, and proposing promotions from it. */

import { moduleName, rankingWords } from '../../src/competitions/event-rules.ts'
import type { EventView, RankingView } from '../../src/competitions/shapes.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { Field, Form } from '../form.tsx'
import type { Frame } from '../layout.tsx'
import { Card, Empty } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'
import { EventFrame, type EventFrameProps } from './event-frame.tsx'

export interface RankingProps extends Omit<EventFrameProps, 'tab' | 'actions'> {
  ranking: RankingView
  /** by which promotions may be proposed, and to whom; null where the reader may not */
  rules: { code: string; name: string; citation: string }[] | null
  assessors: { id: string; name: string }[]
}

export function RankingTab({ ranking, rules, assessors, ...props }: RankingProps) {
  const { frame, event, may_change } = props
  const w = words(frame.lang)
  const here = `/console/events/${event.id}`
  const open = may_change && !event.published_at
  return (
    <EventFrame
      {...props}
      tab="ranking"
      actions={
        may_change && event.published_at ? (
          <a class="button primary" href={`/console/certificates/new?event=${event.id}&kind=award`}>
            {w('颁发证书', 'Issue awards')}
          </a>
        ) : (
          open && (
            <>
              <form method="post" action={`${here}/ranking`}>
                <button type="submit" class={event.ranked ? 'button' : 'button primary'}>
                  {event.ranked ? w('重新排名', 'Rank again') : w('计算排名', 'Rank')}
                </button>
              </form>
              {event.ranked && (
                <a class="button primary" href={`${here}/publication`}>
                  {w('公布名次', 'Publish')}
                </a>
              )}
            </>
          )
        )
      }
    >
      <p class="quiet">{inLanguage(frame.lang, rankingWords(event.rules))}</p>
      {may_change && (
        <p>
          <a href={`/api/v1/events/${event.id}/score-book`} download>
            {w('下载计分册', 'Download the score book')}
          </a>
          {' · '}
          <a href={`/console/events/${event.id}/score-book`}>{w('打印计分册', 'Print the score book')}</a>
        </p>
      )}
      <RankingTable
        frame={frame}
        event={event}
        ranking={ranking}
        empty={
          may_change
            ? w('还没有排名。录完分数后计算排名。', 'No ranking yet; rank once all marks are in.')
            : w('名次还没有公布。', 'The ranking is not published yet.')
        }
      />
      {rules?.length === 0 && (
        <p class="quiet">
          {w(
            '没有适用于这一级别、类别和日期的竞赛的晋升规则，不能提出晋升建议。',
            'No rule of promotion is for a contest of this tier, class and day, so none can be proposed.',
          )}
        </p>
      )}
      {rules && rules.length > 0 && (
        <Card title={w('提出晋升建议', 'Propose promotions')}>
          <p class="quiet">
            {w(
              '名次本身不改变任何人的等级：建议由评价机构审定，通过后另发证书。',
              'A rank changes nobody’s level: an assessment body decides, and issues a certificate of its own.',
            )}
          </p>
          <Form action={`${here}/promotions`} submit={w('提出建议', 'Propose')}>
            <Field
              label={w('晋升规则', 'Rule')}
              name="rule_code"
              type="select"
              required
              options={rules.map(({ code, name, citation }) => ({
                value: code,
                label: w(`${name}（${citation}）`, code),
              }))}
            />
            <Field
              label={w('评价机构', 'Assessment body')}
              name="assessor_organisation_id"
              type="select"
              required
              options={assessors.map(({ id, name }) => ({ value: id, label: name }))}
            />
          </Form>
        </Card>
      )}
    </EventFrame>
  )
}

interface RankingTableProps {
  frame: Frame
  event: EventView
  ranking: RankingView
  empty: string
}

export function RankingTable({ frame, event, ranking, empty }: RankingTableProps) {
  const w = words(frame.lang)
  const penalised = ranking.items.some(({ penalty }) => penalty > 0)
  return (
    <Table
      caption={w('名次', 'Ranking')}
      empty={<Empty title={empty} />}
      columns={[
        { key: 'rank', label: w('名次', 'Rank') },
        { key: 'station', label: w('工位号', 'Station') },
        { key: 'name', label: w('姓名', 'Name') },
        { key: 'organisation', label: w('代表机构', 'Competes for') },
        { key: 'total', label: w('总分', 'Total'), numeric: true },
        ...event.rules.modules.map((module) => ({
          key: module.key,
          label: inLanguage(frame.lang, moduleName(module)),
          numeric: true,
        })),
        ...(penalised ? [{ key: 'penalty', label: w('罚分', 'Penalty'), numeric: true }] : []),
        { key: 'award', label: w('奖项', 'Award') },
      ]}
      rows={ranking.items.map((row) => ({
        cells: {
          rank: row.rank,
          station: row.station,
          name: row.person_name,
          organisation: row.organisation_name,
          total: row.total,
          ...row.modules,
          penalty: row.penalty || '—',
          award: row.award ?? '—',
        },
      }))}
    />
  )
}
