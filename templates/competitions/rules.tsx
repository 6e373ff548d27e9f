/** An event's rules: what is marked and how it ranks, and the form that changes them. */
import { moduleName, rankingWords } from '../../src/competitions/event-rules.ts'
import type { EventView } from '../../src/competitions/shapes.ts'
import { LEVELS, WORKFORCES } from '../../src/people/rules.ts'
import { inLanguage, type Lang, type Message } from '../../src/platform/errors.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Facts } from '../parts.tsx'
import { choices } from '../people/parts.tsx'
import { Table } from '../table.tsx'
import { Entry } from '../training/entry.tsx'
import { words } from '../words.ts'
import { EventFrame, type EventFrameProps } from './event-frame.tsx'

const ANY = { zh: '不限', en: 'Any' }
const MISSING_JUDGES = {
  refuse: { zh: '不能排名，须补齐', en: 'There is no ranking until it is given' },
  average: { zh: '按在场评委平均', en: 'Those present are averaged' },
}

export function RulesTab(props: Omit<EventFrameProps, 'tab' | 'actions'>) {
  const { frame, event, may_change } = props
  const w = words(frame.lang)
  const { rules } = event
  const open = may_change && !event.published_at && !event.started_at
  return (
    <EventFrame
      {...props}
      tab="rules"
      actions={
        open && (
          <a class="button" href={`/console/events/${event.id}/rules/new`}>
            {w('改评分规则', 'Change the rules')}
          </a>
        )
      }
    >
      <p class="quiet">
        {inLanguage(frame.lang, rankingWords(rules))}
        {rules.spread_alarm !== null &&
          w(
            `评委分差超过满分的 ${rules.spread_alarm}% 时，公布前提醒。`,
            ` Judges further apart than ${rules.spread_alarm} % of the maximum are shown before publication.`,
          )}
      </p>
      <Table
        caption={w('评分项', 'Criteria')}
        empty=""
        columns={[
          { key: 'module', label: w('模块', 'Module') },
          { key: 'weight', label: w('权重', 'Weight'), numeric: true },
          { key: 'criterion', label: w('评分项', 'Criterion') },
          { key: 'points', label: w('满分', 'Maximum'), numeric: true },
          { key: 'kind', label: w('打分方式', 'How it is marked') },
        ]}
        rows={rules.modules.flatMap((module) =>
          module.criteria.map(({ name, measured, max_points }) => ({
            cells: {
              module: inLanguage(frame.lang, moduleName(module)),
              weight: `${module.weight}%`,
              criterion: name,
              points: max_points,
              kind: measured
                ? w('测量：只录一次', 'Measured: entered once')
                : w('评判：每位评委各打一个分数', 'Judged: one mark by every judge'),
            },
          })),
        )}
      />
      <Card title={w('参赛条件', 'Who may enter')}>
        <Facts items={entryFacts(event, frame.lang)} />
      </Card>
    </EventFrame>
  )
}

function entryFacts({ rules }: EventView, lang: Lang) {
  const w = words(lang)
  const { most, most_per_organisation, workforce, years_at_least, level_at_least } = rules.entry
  const of = (vocabulary: Record<string, Message>, key: string | number | null) =>
    key === null ? inLanguage(lang, ANY) : inLanguage(lang, vocabulary[key]!)
  const any = (number: number | null) => number ?? inLanguage(lang, ANY)
  return [
    { label: w('每队人数', 'People of an entry'), value: rules.team_size },
    { label: w('总名额', 'Entries at most'), value: any(most) },
    { label: w('每家机构名额', 'Entries of an organisation'), value: any(most_per_organisation) },
    { label: w('从业方向', 'Workforce'), value: of(WORKFORCES, workforce) },
    { label: w('从业满（年）', 'Years of work at least'), value: any(years_at_least) },
    { label: w('至少持有等级', 'Level at least'), value: of(LEVELS, level_at_least) },
  ]
}

export interface RulesFormProps {
  frame: Frame
  event: EventView
  values: Record<string, string>
  errors: FormError[]
}

export function RulesForm({ frame, event, values, errors }: RulesFormProps) {
  const w = words(frame.lang)
  const back = `/console/events/${event.id}/rules`
  const typed = Object.keys(values).map((name) => Number(/^modules\.(\d{1,2})\.name$/.exec(name)?.[1] ?? -1))
  const rows = Array.from({ length: Math.max(...typed, event.rules.modules.length + 2) + 1 }, (_, row) => row)
  // several lines of one field may be wrong
  const all = (name: string) => errors.flatMap(({ pointer, message }) => (pointer === `/${name}` ? [message] : []))
  const number = (name: string, label: string, hint: string, required = false) => (
    <Field {...{ name, label, hint, required }} type="number" value={values[name]} attributes={{ min: 0 }} />
  )
  const choice = (name: string, label: string, vocabulary: Record<string, Message>, first?: Message) => (
    <Field {...{ name, label }} type="select" value={values[name]} options={choices(vocabulary, frame.lang, first)} />
  )
  return (
    <Page {...frame} heading={w('改评分规则', 'Change the rules')} back={{ href: back, label: event.name }}>
      <Form action={`${back}/new`} errors={errors} submit={w('保存评分规则', 'Save the rules')} cancel={back}>
        <Card title={w('模块与权重', 'Modules and weights')}>
          <p class="quiet">
            {w(
              '权重合计 100%；不用的行留空。已登记评委的模块只能改名，不能删。',
              'The weights add up to 100 %; leave rows empty that are not used. A module that has judges may be renamed, not removed.',
            )}
          </p>
          <Table
            caption={w('模块与权重', 'Modules and weights')}
            empty=""
            columns={[
              { key: 'name', label: w('模块', 'Module') },
              { key: 'weight', label: w('权重（%）', 'Weight (%)') },
            ]}
            rows={rows.map((row) => ({
              cells: {
                name: (
                  <>
                    <input type="hidden" name={`modules.${row}.key`} value={values[`modules.${row}.key`] ?? ''} />
                    <Entry
                      {...{ name: `modules.${row}.name`, errors, text: true }}
                      label={w(`第 ${row + 1} 个模块的名称`, `Name of module ${row + 1}`)}
                      value={values[`modules.${row}.name`]}
                    />
                  </>
                ),
                weight: (
                  <Entry
                    {...{ name: `modules.${row}.weight`, errors, decimal: true }}
                    label={w(`第 ${row + 1} 个模块的权重`, `Weight of module ${row + 1}`)}
                    value={values[`modules.${row}.weight`]}
                  />
                ),
              },
            }))}
          />
        </Card>
        <Card title={w('评分项', 'Criteria')}>
          <Field
            label={w('评分项，一行一项', 'Criteria, one a line')}
            name="criteria"
            type="textarea"
            error={all('criteria').join(' ') || undefined}
            required
            value={values.criteria}
            hint={w(
              '模块 | 评分项 | 满分 | 评判或测量。可从表格软件整块粘贴；最后一栏不写即评判。测量的只录一次，评判的每位评委各打一个分数。',
              'module | criterion | maximum | judged or measured. May be pasted from a spreadsheet; without the last it is judged. What is measured is entered once, what is judged by every judge.',
            )}
            attributes={{ rows: Math.min(30, Math.max(8, (values.criteria ?? '').split('\n').length + 2)) }}
          />
        </Card>
        <Card title={w('评委分数怎么算', 'How marks are counted')}>
          {number(
            'trim_from',
            w('满几个分数去掉最高最低', 'Extremes are left out from so many marks on'),
            w('至少 3；留空即不去', '3 at least; empty: never'),
          )}
          {choice('missing_judges', w('评委缺分时', 'Where a judge gave no mark'), MISSING_JUDGES)}
          {number(
            'present_at_least',
            w('每项至少几名评委打分', 'Judges a criterion needs at least'),
            w('缺分时按平均的才用到', 'Where those present are averaged'),
          )}
          {number(
            'spread_alarm',
            w('评委分差提醒（满分的 %）', 'Alarm of judges far apart (% of the maximum)'),
            w('分差超过即在公布前提醒；留空不提醒', 'Shown before publication; empty: never'),
          )}
          <Field
            label={w('总分相同时，依次比较', 'Equal totals go by, in order')}
            name="tie_breaks"
            type="textarea"
            error={all('tie_breaks').join(' ') || undefined}
            value={values.tie_breaks}
            hint={w(
              '一行一条：“实操”比模块得分，“实操 | 移位”比单个评分项，“实操 | 用时”比用时短，“罚分”比罚分少。都相同的并列。',
              'One a line: “Practical” is the module, “Practical | lifting” one of its criteria, “Practical | time” less time, “penalties” fewer points off. Equal there too: a shared rank.',
            )}
          />
        </Card>
        <Card title={w('参赛条件', 'Who may enter')}>
          {number('team_size', w('每队人数', 'People of an entry'), w('个人赛为 1', '1 in single events'), true)}
          {number('most', w('总名额', 'Entries at most'), w('留空不限', 'Empty: any number'))}
          {number(
            'most_per_organisation',
            w('每家机构名额', 'Entries of an organisation'),
            w('留空不限', 'Empty: any number'),
          )}
          {choice('workforce', w('从业方向', 'Workforce'), WORKFORCES, ANY)}
          {number(
            'years_at_least',
            w('从业满（年）', 'Years of work at least'),
            w('按任职记录计算', 'By the employments on record'),
          )}
          {choice('level_at_least', w('至少持有等级', 'Level at least'), LEVELS, ANY)}
        </Card>
        <Card>
          <Field
            label={w('依据或原因', 'Source or reason')}
            name="reason"
            type="textarea"
            required
            value={values.reason}
            hint={w('例如：竞赛技术文件的名称', 'Such as the title of the technical document')}
          />
        </Card>
      </Form>
    </Page>
  )
}
