/** Whom of an institution's people to add to a class. */
import type { Lang } from '../../src/platform/errors.ts'
import type { ClassView } from '../../src/training/shapes.ts'
import { ErrorSummary, Field, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Empty } from '../parts.tsx'
import { ActionBar, Filters, Pager, Results, Table } from '../table.tsx'
import { words } from '../words.ts'

interface Choice {
  /** where the search goes */
  here: string
  /** where the ticked people go */
  action: string
  free: number
  q: string
  people: { id: string; name: string; id_number_masked: string }[]
  next: string | null
}
export interface CandidatesProps extends Omit<Choice, 'here' | 'action' | 'free'> {
  frame: Frame
  group: ClassView
  errors: FormError[]
}

export function Candidates({ frame, group, errors, ...choice }: CandidatesProps) {
  const w = words(frame.lang)
  const here = `/console/classes/${group.id}`
  return (
    <Page {...frame} heading={w('加入学员', 'Add people')} back={{ href: here, label: group.name }}>
      <ErrorSummary errors={errors} />
      <CandidateForm
        {...choice}
        lang={frame.lang}
        here={`${here}/people`}
        action={`${here}/enrolments`}
        free={group.capacity - group.people}
        importing={`/console/imports/new?kind=enrolments&subject=${group.id}`}
      />
    </Page>
  )
}

/** A search over the roster, and those found to be ticked. */
export function CandidateForm({
  lang,
  here,
  action,
  free,
  q,
  people,
  next,
  importing,
}: Choice & { lang: Lang; importing?: string }) {
  const w = words(lang)
  return (
    <>
      <Filters personal action={here} count={w(`还有 ${free} 个名额`, `${free} places left`)}>
        <Field
          label={w('姓名', 'Name')}
          name="q"
          type="search"
          value={q}
          hint={w('姓名、拼音、首字母，或证件后四位', 'Name, pinyin, initials, or the last four of the document')}
        />
      </Filters>
      <Results>
        <form method="post" action={action}>
          <Table
            caption={w('名册中尚未入班的人', 'People of your roster outside the class')}
            select="person_ids"
            empty={
              <Empty title={w('名册里没有符合条件的人。', 'Nobody on your roster matches.')}>
                <a href="/console/people/new">{w('登记人员', 'Register a person')}</a>
                {importing && (
                  <>
                    {' · '}
                    <a href={importing}>{w('批量导入学员名单', 'Import a list')}</a>
                  </>
                )}
              </Empty>
            }
            columns={[
              { key: 'name', label: w('姓名', 'Name') },
              { key: 'document', label: w('证件号码', 'Document') },
            ]}
            rows={people.map((person) => ({
              id: person.id,
              label: w(`选择${person.name}`, `Select ${person.name}`),
              cells: { name: person.name, document: person.id_number_masked },
            }))}
          />
          {people.length > 0 && (
            <ActionBar unit={w('人', 'people')}>
              <button type="submit" class="button primary">
                {w('加入此班', 'Add to the class')}
              </button>
            </ActionBar>
          )}
        </form>
        <Pager next={next} />
      </Results>
    </>
  )
}
