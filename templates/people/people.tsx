/** The register as a list: filters, what was found, and the chosen rows as a workbook. */
import { CERTIFICATE_STATUSES, type CertificateStatus, LEVELS, WORKFORCES } from '../../src/people/rules.ts'
import { Field } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Empty } from '../parts.tsx'
import { ActionBar, Filters, Pager, Results, Table } from '../table.tsx'
import { words } from '../words.ts'
import { ALL, CertificateTag, choices, levelName, nameOf } from './parts.tsx'

export interface PeopleProps {
  frame: Frame
  filter: Record<'q' | 'workforce' | 'organisation_id' | 'district_code' | 'level' | 'certificate_status', string>
  districts: { code: string; name: string }[]
  items: {
    id: string
    name: string
    workforce: string
    id_number_masked: string
    organisation_name: string | null
    district_name: string | null
    level: number | null
    employed_from: string | null
    certificate_status: CertificateStatus | null
  }[]
  count: { count: number; more: boolean }
  /** the filter as the address says it, what was typed sealed */
  search: Record<string, string>
  next: string | null
  first: string | null
  /** the reader's open classes: whoever is ticked may join one */
  classes: { id: string; name: string }[]
  may_register: boolean
  may_import: boolean
}

export function People({
  frame,
  filter,
  districts,
  items,
  count,
  search,
  next,
  first,
  classes,
  may_register,
  may_import,
}: PeopleProps) {
  const w = words(frame.lang)
  const found = `${count.count.toLocaleString('en-US')}${count.more ? '+' : ''}`
  return (
    <Page
      {...frame}
      heading={w('从业人员', 'People')}
      actions={
        <>
          {may_import && (
            <>
              <a class="button" href="/api/v1/imports/templates/people.xlsx" download>
                {w('下载模板', 'Template')}
              </a>
              <a class="button" href="/console/imports/new?kind=people">
                {w('批量导入', 'Import')}
              </a>
            </>
          )}
          {may_register && (
            <a class="button primary" href="/console/people/new">
              {w('新增人员', 'Add a person')}
            </a>
          )}
        </>
      }
    >
      <Filters personal action="/console/people" count={w(`共 ${found} 人`, `${found} people`)}>
        {filter.organisation_id && <input type="hidden" name="organisation_id" value={filter.organisation_id} />}
        <Field
          label={w('姓名、拼音或证件后四位', 'Name, pinyin or last four of the ID')}
          name="q"
          type="search"
          value={filter.q}
        />
        <Field
          label={w('从业类别', 'Workforce')}
          name="workforce"
          type="select"
          value={filter.workforce}
          options={choices(WORKFORCES, frame.lang, ALL)}
        />
        <Field
          label={w('区县', 'District')}
          name="district_code"
          type="select"
          value={filter.district_code}
          options={[
            { value: '', label: w('全部', 'All') },
            ...districts.map(({ code, name }) => ({ value: code, label: name })),
          ]}
        />
        <Field
          label={w('技能等级', 'Level')}
          name="level"
          type="select"
          value={filter.level}
          options={choices(LEVELS, frame.lang, ALL)}
        />
        <Field
          label={w('证书状态', 'Certificate')}
          name="certificate_status"
          type="select"
          value={filter.certificate_status}
          options={[
            ...choices(CERTIFICATE_STATUSES, frame.lang, ALL),
            { value: 'ending', label: w('90天内到期', 'Expires in 90 days') },
            { value: 'none', label: w('无证书', 'None') },
          ]}
        />
      </Filters>
      <Results>
        <form method="get" action="/console/people/export">
          {Object.entries(search).map(([name, value]) => (
            <input type="hidden" name={name} value={value} />
          ))}
          <Table
            caption={w('从业人员', 'People')}
            select="person_ids"
            columns={[
              { key: 'name', label: w('姓名', 'Name') },
              { key: 'id_number', label: w('证件号码', 'ID number') },
              { key: 'workforce', label: w('从业类别', 'Workforce') },
              { key: 'organisation', label: w('所在机构', 'Organisation') },
              { key: 'district', label: w('区县', 'District') },
              { key: 'level', label: w('技能等级', 'Level') },
              { key: 'since', label: w('入职日期', 'Since') },
              { key: 'state', label: w('证书状态', 'Certificate') },
            ]}
            rows={items.map((person) => ({
              id: person.id,
              label: person.name,
              cells: {
                name: <a href={`/console/people/${person.id}`}>{person.name}</a>,
                id_number: person.id_number_masked,
                workforce: nameOf(WORKFORCES, person.workforce, frame.lang),
                organisation: person.organisation_name ?? '—',
                district: person.district_name ?? '—',
                level: levelName(person.level, frame.lang),
                since: person.employed_from ?? '—',
                state: <CertificateTag status={person.certificate_status} lang={frame.lang} />,
              },
            }))}
            empty={
              <Empty title={w('没有符合条件的人员。', 'Nobody matches.')}>
                <p>
                  {may_register
                    ? w(
                        '换个条件再查，或新增人员、批量导入名册。',
                        'Change the filter, add a person, or import a roster.',
                      )
                    : w(
                        '换个条件再查；名册由培训机构和照护机构登记。',
                        'Change the filter; rosters are kept by training institutions and facilities.',
                      )}
                </p>
              </Empty>
            }
          />
          <Pager next={next} first={first} />
          {items.length > 0 && (
            <ActionBar unit={w('人', 'people')} all={w(`导出全部 ${found} 人`, `Export all ${found}`)}>
              {classes.length > 0 && (
                <details>
                  <summary>{w('加入培训班', 'Add to a class')}</summary>
                  {classes.map(({ id, name }) => (
                    <button
                      type="submit"
                      class="button"
                      formmethod="post"
                      formaction={`/console/classes/${id}/enrolments`}
                    >
                      {name}
                    </button>
                  ))}
                </details>
              )}
              <button type="submit" class="button">
                {w('导出 Excel', 'Export to Excel')}
              </button>
            </ActionBar>
          )}
        </form>
      </Results>
    </Page>
  )
}
