/** Records that may be one person: each pair side by side, what differs, and the decision about it. */
import type { Child } from 'hono/jsx'
import { maskPhone } from '../../src/people/identity.ts'
import { DUPLICATE_REASONS } from '../../src/people/merging-rules.ts'
import { EDUCATIONS, ID_TYPES, WORKFORCES } from '../../src/people/rules.ts'
import { inLanguage, type Lang } from '../../src/platform/errors.ts'
import { Field, Form } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Empty, Tabs, Tag } from '../parts.tsx'
import { Pager, Results, Table } from '../table.tsx'
import { useWords, words } from '../words.ts'
import type { FormPageProps } from './forms.tsx'
import { levelName, nameOf } from './parts.tsx'

/** A record as the comparison shows it. */
export interface Compared {
  id: string
  name: string
  workforce: string
  id_type: string
  id_number_masked: string
  sex: string | null
  birth_year: number | null
  education: string | null
  phone: string | null
  bank_account_masked: string | null
  organisation_name: string | null
  level: number | null
}
export type ComparedPair = readonly [Compared, Compared]

export interface DuplicatesProps {
  frame: Frame
  items: { strength: 'strong' | 'weak'; reasons: (keyof typeof DUPLICATE_REASONS)[]; people: ComparedPair }[]
  next: string | null
  first: string | null
}

export function Duplicates({ frame, items, next, first }: DuplicatesProps) {
  const w = words(frame.lang)
  return (
    <Page {...frame} heading={w('疑似重复', 'Duplicates')}>
      <MergingTabs current="duplicates" />
      <p class="quiet">
        {w(
          '下列记录可能是同一个人重复登记，证据强的在前。请核对证件原件后再合并；合并可以撤销。不是同一人的，认定后不再列出。',
          'These records may be one person registered twice, the strongest first. Compare the documents before merging; a merge can be undone. Pairs told apart are not listed again.',
        )}
      </p>
      <Results>
        {items.length === 0 && (
          <Empty title={w('没有疑似重复的记录。', 'No duplicates found.')}>
            <p>{w('有新登记的人员时会重新比对。', 'New registrations are compared as they come in.')}</p>
          </Empty>
        )}
        {items.map(({ strength, reasons, people }) => (
          <Card title={people[0].name}>
            <p>
              <Tag tone={strength === 'strong' ? 'warn' : 'plain'}>
                {strength === 'strong'
                  ? w('很可能是同一人', 'Probably one person')
                  : w('可能同名', 'Perhaps a namesake')}
              </Tag>{' '}
              {reasons.map((reason) => inLanguage(frame.lang, DUPLICATE_REASONS[reason])).join(w('；', '; '))}
            </p>
            <Comparison lang={frame.lang} people={people} />
            <div class="actions">
              <a class="button" href={`/console/people/${people[1].id}/merge?into=${people[0].id}`}>
                {w('合并，保留记录一', 'Merge, keep record 1')}
              </a>
              <a class="button" href={`/console/people/${people[0].id}/merge?into=${people[1].id}`}>
                {w('合并，保留记录二', 'Merge, keep record 2')}
              </a>
              <a class="button" href={`/console/duplicates/dismissal?first=${people[0].id}&second=${people[1].id}`}>
                {w('不是同一人', 'Two people')}
              </a>
            </div>
          </Card>
        ))}
        <Pager next={next} first={first} />
      </Results>
    </Page>
  )
}

export function DismissalForm({ frame, people, values, errors }: FormPageProps & { people: ComparedPair }) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={w('不是同一人', 'Two people')}
      back={{ href: '/console/duplicates', label: w('疑似重复', 'Duplicates') }}
    >
      <Card>
        <Comparison lang={frame.lang} people={people} />
        <p>
          {w(
            '认定后，这两条记录不再作为疑似重复列出；决定、理由和经办人永久留痕。',
            'The pair is not listed again; the decision, its reason and who made it are on record for good.',
          )}
        </p>
        <Form
          action="/console/duplicates/dismissal"
          errors={errors}
          submit={w('认定不是同一人', 'They are two people')}
          cancel="/console/duplicates"
        >
          <input type="hidden" name="first" value={people[0].id} />
          <input type="hidden" name="second" value={people[1].id} />
          <Field label={w('理由', 'Reason')} name="reason" type="textarea" value={values.reason} required />
        </Form>
      </Card>
    </Page>
  )
}

/** Two records field by field; every row says whether they agree. */
export function Comparison({
  lang,
  people: [one, two],
  headings,
}: {
  lang: Lang
  people: ComparedPair
  headings?: [string, string]
}) {
  const w = words(lang)
  const sexes: Record<string, string> = { male: w('男', 'Male'), female: w('女', 'Female') }
  const fields: [string, (person: Compared) => string | null][] = [
    [w('姓名', 'Name'), ({ name }) => name],
    [w('证件类型', 'Document'), ({ id_type }) => nameOf(ID_TYPES, id_type, lang)],
    [w('证件号码', 'ID number'), ({ id_number_masked }) => id_number_masked],
    [w('从业类别', 'Workforce'), ({ workforce }) => nameOf(WORKFORCES, workforce, lang)],
    [w('性别', 'Sex'), ({ sex }) => sexes[sex ?? ''] ?? null],
    [w('出生年份', 'Year of birth'), ({ birth_year }) => (birth_year === null ? null : String(birth_year))],
    [w('手机号码', 'Phone'), ({ phone }) => phone && maskPhone(phone)],
    [w('学历', 'Education'), ({ education }) => education && nameOf(EDUCATIONS, education, lang)],
    [w('银行账号', 'Bank account'), ({ bank_account_masked }) => bank_account_masked],
    [w('所在机构', 'Organisation'), ({ organisation_name }) => organisation_name],
    [w('技能等级', 'Level'), ({ level }) => (level === null ? null : levelName(level, lang))],
  ]
  const agreement = (same: boolean, some: boolean): Child =>
    !some ? '—' : same ? w('一致', 'Same') : <Tag tone="warn">{w('不同', 'Differs')}</Tag>
  const [first, second] = headings ?? [w('记录一', 'Record 1'), w('记录二', 'Record 2')]
  return (
    <Table
      caption={w('两条记录的比对', 'The two records compared')}
      columns={[
        { key: 'field', label: w('项目', 'Field') },
        { key: 'one', label: first },
        { key: 'two', label: second },
        { key: 'same', label: w('比对', 'Compared') },
      ]}
      rows={[
        ...fields.map(([field, value]) => {
          const [mine, theirs] = [value(one), value(two)]
          const differs = mine !== theirs
          return {
            marked: differs && mine && theirs ? ['one', 'two'] : [],
            cells: {
              field,
              one: mine ?? '—',
              two: theirs ?? '—',
              same: agreement(!differs, Boolean(mine ?? theirs)),
            },
          }
        }),
        {
          cells: {
            field: w('档案', 'Record'),
            one: <a href={`/console/people/${one.id}`}>{w('打开', 'Open')}</a>,
            two: <a href={`/console/people/${two.id}`}>{w('打开', 'Open')}</a>,
            same: '—',
          },
        },
      ]}
      empty=""
    />
  )
}

export function MergingTabs({ current }: { current: 'duplicates' | 'merges' }) {
  const w = useWords()
  return (
    <Tabs
      label={w('疑似重复与合并', 'Duplicates and merges')}
      items={[
        { label: w('疑似重复', 'Duplicates'), href: '/console/duplicates', current: current === 'duplicates' },
        { label: w('合并记录', 'Merges'), href: '/console/person-merges', current: current === 'merges' },
      ]}
    />
  )
}
