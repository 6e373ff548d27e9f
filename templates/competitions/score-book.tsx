/** The score book on paper: rules, judges and draws, every mark of every entry, what was corrected struck through, and the ranking. */
import { criteriaOf, moduleName, rankingWords } from '../../src/competitions/event-rules.ts'
import { type BookEntry, type BookLine, bookEntries, linesOf } from '../../src/competitions/score-book-shapes.ts'
import type { EventView } from '../../src/competitions/shapes.ts'
import { localTime } from '../../src/platform/calendar.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { type Frame, Page } from '../layout.tsx'
import { Card, Facts } from '../parts.tsx'
import { Pager, Table } from '../table.tsx'
import { words } from '../words.ts'

export interface ScoreBookProps {
  frame: Frame
  event: EventView
  lines: BookLine[]
  /** the entries on this page stand behind this station */
  from: number
  last: number | null
  next: string | null
}

export function ScoreBook({ frame, event, lines, from, last, next }: ScoreBookProps) {
  const w = words(frame.lang)
  const entries = bookEntries(lines).filter(({ station }) => station > from && station <= (last ?? 0))
  return (
    <Page
      {...frame}
      heading={w('计分册', 'Score book')}
      back={{ href: `/console/events/${event.id}/ranking`, label: event.name }}
    >
      <Facts
        items={[
          { label: w('竞赛', 'Competition'), value: event.competition_name },
          { label: w('项目', 'Event'), value: event.name },
          { label: w('日期', 'Day'), value: linesOf(lines, 'event')[0]?.held_on },
        ]}
      />
      <p>{inLanguage(frame.lang, rankingWords(event.rules))}</p>
      <Rules {...{ frame, event }} />
      <Card title={w('评委', 'Judges')}>
        <p>
          {linesOf(lines, 'judge')
            .map(({ part, number, name }) => `${partName(event, part, frame)} ${number} ${name}`)
            .join(w('；', '; '))}
        </p>
      </Card>
      <Card title={w('抽签', 'Draws')}>
        {linesOf(lines, 'draw').map(({ number, seed, drawn_at, reason }) => (
          <p>
            {w(`第 ${number} 次`, `Draw ${number}`)} {localTime(new Date(drawn_at))} <code>{seed}</code> {reason}
          </p>
        ))}
      </Card>
      {entries.map((entry) => (
        <Entry {...{ frame, event, entry }} />
      ))}
      {next === null && <Ranks {...{ frame, lines }} />}
      <p>
        {w('裁判长签字：＿＿＿＿＿＿＿＿　记录员签字：＿＿＿＿＿＿＿＿', 'Chief judge: ________  Recorder: ________')}
      </p>
      <Pager next={next} />
    </Page>
  )
}

type Part = Pick<ScoreBookProps, 'frame' | 'event'>

function Rules({ frame, event }: Part) {
  const w = words(frame.lang)
  return (
    <Table
      caption={w('评分项', 'Criteria')}
      empty="—"
      columns={[
        { key: 'number', label: w('序号', 'No.'), numeric: true },
        { key: 'module', label: w('模块（权重）', 'Module (weight)') },
        { key: 'name', label: w('评分项', 'Criterion') },
        { key: 'how', label: w('方式', 'How') },
        { key: 'most', label: w('满分', 'Maximum'), numeric: true },
      ]}
      rows={criteriaOf(event.rules).map(({ number, module, name, measured, max_points }) => ({
        cells: {
          number,
          module: `${partName(event, module, frame)}（${event.rules.modules.find(({ key }) => key === module)!.weight}%）`,
          name,
          how: measured ? w('测量', 'measured') : w('评判', 'judged'),
          most: max_points,
        },
      }))}
    />
  )
}

/** One entry: a row a criterion, a column a judge; a corrected mark stands before the one that replaced it. */
function Entry({ frame, event, entry }: Part & { entry: BookEntry }) {
  const w = words(frame.lang)
  const judges = [...new Set(entry.marks.map(({ judge }) => judge))].sort((a, b) => a - b)
  const sealed =
    entry.sealed_number === null ? '' : w(`，密号 ${entry.sealed_number}`, `, sealed number ${entry.sealed_number}`)
  return (
    <Card title={w(`工位 ${entry.station}${sealed}`, `Station ${entry.station}${sealed}`)}>
      {entry.withdrawn !== null && <p>{w(`退赛：${entry.withdrawn}`, `Withdrew: ${entry.withdrawn}`)}</p>}
      {entry.marks.length > 0 && (
        <Table
          caption={w('分数', 'Marks')}
          empty="—"
          columns={[
            { key: 'criterion', label: w('评分项', 'Criterion') },
            ...judges.map((judge) => ({
              key: `j${judge}`,
              label: w(`评委 ${judge}`, `Judge ${judge}`),
              numeric: true,
            })),
          ]}
          rows={criteriaOf(event.rules).map(({ number, name }) => ({
            cells: {
              criterion: `${number} ${name}`,
              ...Object.fromEntries(
                judges.map((judge) => [
                  `j${judge}`,
                  entry.marks
                    .filter((mark) => mark.criterion === number && mark.judge === judge)
                    .map(({ points, until }) => (until ? <s>{points / 100} </s> : <b>{points / 100}</b>)),
                ]),
              ),
            },
          }))}
        />
      )}
      {entry.penalties.map(({ points, reason, withdrawn }) => (
        <p>
          {w('罚分', 'Points taken off')} {points / 100}：{reason}
          {withdrawn !== null && w(`（已撤销：${withdrawn}）`, ` (taken back: ${withdrawn})`)}
        </p>
      ))}
      {entry.times.map(({ part, milliseconds, until }) => (
        <p>
          {partName(event, part, frame)} {until ? <s>{milliseconds / 1000}</s> : milliseconds / 1000} {w('秒', 's')}
        </p>
      ))}
    </Card>
  )
}

function Ranks({ frame, lines }: Pick<ScoreBookProps, 'frame' | 'lines'>) {
  const w = words(frame.lang)
  return (
    <Table
      caption={w('名次', 'Ranking')}
      empty={w('还没有排名。', 'No ranking yet.')}
      columns={[
        { key: 'rank', label: w('名次', 'Rank'), numeric: true },
        { key: 'station', label: w('工位', 'Station'), numeric: true },
        { key: 'total', label: w('总分（精确到分数）', 'Total, as an exact fraction') },
        { key: 'award', label: w('奖项', 'Award') },
      ]}
      rows={linesOf(lines, 'rank').map(({ rank, station, total, denominator, award }) => ({
        cells: { rank, station, total: `${total} / ${denominator}`, award: award ?? '—' },
      }))}
    />
  )
}

function partName(event: EventView, key: string, frame: Frame): string {
  const module = event.rules.modules.find((one) => one.key === key)
  return module ? inLanguage(frame.lang, moduleName(module)) : key
}
