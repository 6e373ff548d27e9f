/** Simulations: the list, and what a draft would change. */
import type { FigureView, SimulationView } from '../../src/allowances/simulation-shapes.ts'
import { keyOf } from '../../src/allowances/usable-rules.ts'
import { type Frame, Page } from '../layout.tsx'
import { Card, DownloadLink, Facts, type JobState, Kpis, Progress } from '../parts.tsx'
import { Pager, Results, Table } from '../table.tsx'
import { useWords, words } from '../words.ts'
import { parameterWords } from './draft-fields.tsx'
import type { ComponentProps } from './scheme.tsx'
import { levelName, yuan } from './words.ts'

type Shown = Omit<SimulationView, 'requested_at' | 'cutoff'> & { requested_at: string; cutoff: string | null }

export function Simulations({ frame, items, next }: { frame: Frame; items: Shown[]; next: string | null }) {
  const w = words(frame.lang)
  return (
    <Page {...frame} heading={w('政策测算', 'Simulations')}>
      <p class="lead">
        {w(
          '从“政策与标准”里的一个版本开始，改动标准或要求，按真实数据测算，不改变任何记录。支付给机构的项目另行列出。',
          'Begin with a version under Schemes, change rates or conditions, and see what real facts would come to; nothing is changed. What is paid to organisations is listed beside it.',
        )}{' '}
        <a href="/console/schemes">{w('政策与标准', 'Schemes')}</a>
      </p>
      <Results>
        <Table
          caption={w('政策测算', 'Simulations')}
          empty={w('还没有测算过。', 'None yet.')}
          columns={[
            { key: 'title', label: w('草案', 'Draft') },
            { key: 'scheme', label: w('政策', 'Scheme') },
            { key: 'months', label: w('月份', 'Months') },
            { key: 'districts', label: w('区县', 'Districts'), numeric: true },
            { key: 'by', label: w('测算人', 'By') },
            { key: 'at', label: w('时间', 'At') },
          ]}
          rows={items.map((item) => ({
            cells: {
              title: <a href={`/console/simulations/${item.id}`}>{item.title}</a>,
              scheme: w(`${item.scheme_name} 第 ${item.version} 版`, `${item.scheme_name}, version ${item.version}`),
              months: `${item.first_month} – ${item.last_month}`,
              districts: item.district_codes.length,
              by: item.requested_by_name ?? '—',
              at: item.requested_at,
            },
          }))}
        />
        <Pager next={next} />
      </Results>
    </Page>
  )
}

export interface SimulationPageProps {
  frame: Frame
  simulation: Shown
  conditions: { code: string; title: string }[]
  components: ComponentProps[]
  /** null when it is done */
  job: JobState | null
  figures: FigureView[]
}

export function SimulationPage({ frame, simulation, conditions, components, job, figures }: SimulationPageProps) {
  const w = words(frame.lang)
  const { draft } = simulation
  const whole = figures.filter(({ month }) => month === null)
  const sum = (name: 'today_fen' | 'draft_fen') => whole.reduce((total, figure) => total + Number(figure[name]), 0)
  const count = (name: 'winners' | 'losers' | 'today_people' | 'draft_people') => {
    const of = (payee: FigureView['payee']) =>
      whole.filter((one) => one.payee === payee).reduce((total, one) => total + one[name], 0)
    const organisations = of('organisation')
    return w(
      `${of('person')} 人${organisations ? `，${organisations} 家机构` : ''}`,
      `${of('person')} people${organisations ? `, ${organisations} organisations` : ''}`,
    )
  }
  const titleOf = (code: string) => conditions.find((one) => one.code === code)?.title ?? code
  const rateName = ({ component: code, level, key }: Record<string, unknown>) => {
    const component = components.find((one) => (code === undefined ? one.by === 'level' : one.code === code))
    const rate = component?.rates.find((one) => keyOf(one) === String(level ?? key ?? ''))
    return `${component?.title ?? ''} ${rate?.of ?? levelName(Number(level), frame.lang)}`
  }
  const delta = sum('draft_fen') - sum('today_fen')
  return (
    <Page
      {...frame}
      heading={simulation.title}
      back={{ href: '/console/simulations', label: w('政策测算', 'Simulations') }}
      actions={
        simulation.finished_at && (
          <DownloadLink href={`/console/simulations/${simulation.id}/figures.xlsx`} note="XLSX">
            {w('下载明细', 'Download')}
          </DownloadLink>
        )
      }
    >
      {job && <Progress job={job} href={`/console/simulations/${simulation.id}`} unit={w('人', 'people')} />}
      {simulation.finished_at && (
        <Kpis
          items={[
            { label: w('现行金额', 'Today'), value: yuan(sum('today_fen')), note: count('today_people') },
            { label: w('草案金额', 'Draft'), value: yuan(sum('draft_fen')), note: count('draft_people') },
            { label: w('相差', 'Difference'), value: `${delta > 0 ? '+' : ''}${yuan(delta)}` },
            { label: w('增加的', 'Get more'), value: count('winners') },
            { label: w('减少的', 'Get less'), value: count('losers') },
          ]}
        />
      )}
      <Card title={w('草案', 'The draft')}>
        <Facts
          items={[
            {
              label: w('政策', 'Scheme'),
              value: `${simulation.scheme_name} · ${w('第', 'version ')}${simulation.version}${w(' 版', '')}`,
            },
            { label: w('月份', 'Months'), value: `${simulation.first_month} – ${simulation.last_month}` },
            ...draft.rates.map((rate) => ({
              label: w('标准', 'Rate'),
              value: `${rateName(rate)} ${yuan(Number(rate.amount_fen))}${rate.district_code ? ` ${rate.district_code}` : ''}`,
            })),
            ...Object.entries(draft.thresholds).map(([code, value]) => ({
              label: titleOf(code),
              value: typeof value === 'object' ? JSON.stringify(value) : String(value),
            })),
            ...Object.entries(draft.parameters ?? {}).flatMap(([code, given]) =>
              Object.entries(given).map(([name, value]) => ({
                label: titleOf(code),
                value: parameterWords(name, value, frame.lang),
              })),
            ),
            ...draft.dropped.map((code) => ({ label: titleOf(code), value: w('不再要求', 'no longer asked') })),
            { label: w('数据截至', 'Facts known at'), value: simulation.cutoff ?? '—' },
            { label: w('规则摘要', 'Digest of the rules'), value: <code>{simulation.rules_sha256.slice(0, 16)}</code> },
          ]}
        />
      </Card>
      {simulation.finished_at && (
        <>
          <Card title={w('全部月份，每人计一次', 'The whole time, everybody once')}>
            <FiguresTable figures={whole} frame={frame} />
          </Card>
          <Card title={w('逐月', 'By month')}>
            <FiguresTable figures={figures.filter(({ month }) => month !== null)} frame={frame} />
          </Card>
        </>
      )}
    </Page>
  )
}

function FiguresTable({ figures, frame }: { figures: FigureView[]; frame: Frame }) {
  const w = useWords()
  const monthly = figures.some(({ month }) => month !== null)
  return (
    <Table
      caption={w('测算结果', 'Figures')}
      empty={w('这些月份没有相关人员。', 'Nobody in these months.')}
      columns={[
        ...(monthly ? [{ key: 'month', label: w('月份', 'Month') }] : []),
        { key: 'district', label: w('区县', 'District') },
        { key: 'level', label: w('等级', 'Level') },
        { key: 'people', label: w('人（家）数', 'How many'), numeric: true },
        { key: 'today', label: w('现行', 'Today'), numeric: true },
        { key: 'draft', label: w('草案', 'Draft'), numeric: true },
        { key: 'winners', label: w('增加（人、家）', 'Get more'), numeric: true },
        { key: 'gained', label: w('增加', 'More'), numeric: true },
        { key: 'losers', label: w('减少（人、家）', 'Get less'), numeric: true },
        { key: 'lost', label: w('减少', 'Less'), numeric: true },
      ]}
      rows={figures.map((figure) => ({
        cells: {
          month: figure.month,
          district: figure.district_name,
          level:
            figure.payee === 'organisation' ? w('机构', 'organisations') : levelName(figure.level || null, frame.lang),
          people: figure.people,
          today: `${yuan(figure.today_fen)} / ${figure.today_people}`,
          draft: `${yuan(figure.draft_fen)} / ${figure.draft_people}`,
          winners: figure.winners,
          gained: yuan(figure.gained_fen),
          losers: figure.losers,
          lost: yuan(figure.lost_fen),
        },
      }))}
    />
  )
}
