/** The results of an event for everybody: rank, masked name, organisation, award. */
import type { PublicResults } from '../../src/competitions/result-shapes.ts'
import { localDate } from '../../src/platform/calendar.ts'
import { type Frame, Page } from '../layout.tsx'
import { Empty, Facts } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'

export function Results({ frame, results }: { frame: Frame; results: PublicResults }) {
  const w = words(frame.lang)
  const day = localDate(results.published_at)
  return (
    <Page {...frame} heading={w(`${results.event_name} 竞赛结果`, `Results: ${results.event_name}`)}>
      <div class="card">
        <Facts
          items={[
            { label: w('竞赛', 'Competition'), value: results.competition_name },
            { label: w('职业', 'Occupation'), value: results.occupation_name },
            { label: w('举办日期', 'Held on'), value: results.held_on },
            { label: w('主办机构', 'Organiser'), value: results.organiser_name },
            {
              label: w('公布', 'Published'),
              value:
                results.revision === 1
                  ? day
                  : w(
                      `${day}（第 ${results.revision} 次，经申诉更正）`,
                      `${day}, revision ${results.revision} after an appeal`,
                    ),
            },
          ]}
        />
      </div>
      <Table
        caption={w('名次', 'Ranking')}
        empty={<Empty title={w('没有名次。', 'No ranks.')} />}
        columns={[
          { key: 'rank', label: w('名次', 'Rank') },
          { key: 'name', label: w('姓名', 'Name') },
          { key: 'organisation', label: w('代表机构', 'Competes for') },
          { key: 'award', label: w('奖项', 'Award') },
        ]}
        rows={results.items.map((row) => ({
          cells: {
            rank: row.rank,
            name: row.team ? `${row.team}（${row.name_masked}）` : row.name_masked,
            organisation: row.organisation_name,
            award: row.award ?? '—',
          },
        }))}
      />
    </Page>
  )
}
