/** Certificates that nobody has looked up in an official register yet, our own or others', and recording what was found. */
import { REGISTRIES, REGISTRY_RESULTS } from '../../src/credentials/rules.ts'
import { ErrorSummary, Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, DownloadLink, Empty, Tabs, Tag } from '../parts.tsx'
import { choices } from '../people/parts.tsx'
import { ActionBar, Pager, Results, Table } from '../table.tsx'
import { words } from '../words.ts'
import { levelName } from './certificates.tsx'

export interface RegistryChecksProps {
  frame: Frame
  /** whose certificates */
  issued: 'here' | 'elsewhere'
  items: {
    id: string
    /** the page that shows it */
    href: string
    number: string
    holder_name: string
    id_number_masked: string
    occupation_name: string
    level: number | null
    issuer_name: string
    issued_on: string
    /** corrected since it was looked up, or found so long ago that it is due */
    again?: boolean
  }[]
  next: string | null
  today: string
  values: Record<string, string>
  ticked: string[]
  errors: FormError[]
}

const ACTIONS = { here: '/console/registry-checks', elsewhere: '/console/registry-checks/external' }

/** No register offers an interface: an officer looks each up by hand, ticks, and records what was found and where the proof lies. */
export function RegistryChecks({ frame, issued, items, next, today, values, ticked, errors }: RegistryChecksProps) {
  const w = words(frame.lang)
  const errorOf = (name: string) => errors.find(({ pointer }) => pointer === `/${name}`)?.message
  return (
    <Page
      {...frame}
      heading={w('官方平台核验', 'Official registers')}
      actions={
        issued === 'elsewhere' && (
          <>
            <a class="button" href={`${ACTIONS.elsewhere}/findings`}>
              {w('交回填好的清单', 'Hand a list back')}
            </a>
            <DownloadLink href="/api/v1/registry-checks/external.xlsx" note="XLSX">
              {w('下载待核验清单', 'Take the list')}
            </DownloadLink>
          </>
        )
      }
    >
      <Tabs
        label={w('发证', 'Issued')}
        items={[
          { label: w('本系统签发', 'Issued here'), href: ACTIONS.here, current: issued === 'here' },
          { label: w('外部证书', 'Issued elsewhere'), href: ACTIONS.elsewhere, current: issued === 'elsewhere' },
        ]}
      />
      <p class="lead">
        {issued === 'here'
          ? w(
              '下列技能等级证书还没有在官方平台查过。请到平台逐张查询，勾选结果相同的，一起登记。',
              'Nobody has looked these skill-level certificates up yet. Look each up in the register, tick those with the same result, and record it.',
            )
          : w(
              '下列证书由其他机构签发，核验前不作数；核验满期的待复核，复核前仍按原结果认定。请到平台逐张查询，勾选结果相同的，一起登记。',
              'Other bodies issued these; they count for nothing until they are found, and what was found long ago is due again. Look each up in the register, tick those with the same result, and record it.',
            )}
      </p>
      <form method="post" action={ACTIONS[issued]}>
        <ErrorSummary errors={errors} />
        <Results>
          <Table
            caption={w('待核验的证书', 'Certificates to look up')}
            select="certificate_ids"
            empty={
              <Empty title={w('本辖区的证书都核验过了。', 'Every certificate of the district has been looked up.')} />
            }
            columns={[
              { key: 'number', label: w('证书编号', 'Number') },
              { key: 'holder', label: w('姓名', 'Name') },
              { key: 'id_number', label: w('证件号码', 'ID number') },
              { key: 'level', label: w('职业与等级', 'Occupation and level') },
              { key: 'issuer', label: w('发证机构', 'Issuer') },
              { key: 'days', label: w('发证日期', 'Issued on') },
            ]}
            rows={items.map((item) => ({
              id: item.id,
              ticked: ticked.includes(item.id),
              label: `${item.holder_name} ${item.number}`,
              cells: {
                number: (
                  <>
                    <a href={item.href}>{item.number}</a>
                    {item.again && <Tag tone="warn">{w('待复核', 'To be looked up again')}</Tag>}
                  </>
                ),
                holder: item.holder_name,
                id_number: item.id_number_masked,
                level: `${item.occupation_name} ${item.level ? levelName(item.level, frame.lang) : ''}`,
                issuer: item.issuer_name,
                days: item.issued_on,
              },
            }))}
          />
          <Pager next={next} />
        </Results>
        {items.length > 0 && (
          <ActionBar unit={w('张', 'certificates')}>
            <Field
              label={w('平台', 'Register')}
              name="registry"
              type="select"
              value={values.registry}
              options={choices(REGISTRIES, frame.lang)}
            />
            <Field
              label={w('结果', 'Result')}
              name="result"
              type="select"
              value={values.result}
              options={choices(REGISTRY_RESULTS, frame.lang)}
            />
            <Field
              label={w('查询日期', 'Looked up on')}
              name="checked_on"
              type="date"
              value={values.checked_on ?? today}
              error={errorOf('checked_on')}
              attributes={{ max: today }}
            />
            <Field
              label={w('证据（截图文件名或编号）', 'Evidence (file name or reference)')}
              name="evidence"
              required
              value={values.evidence}
              error={errorOf('evidence')}
            />
            <button type="submit" class="button primary">
              {w('登记核验结果', 'Record')}
            </button>
          </ActionBar>
        )}
      </form>
    </Page>
  )
}

/** The list as an officer brings it back from the register. */
export function WorklistBack({ frame, errors }: Pick<RegistryChecksProps, 'frame' | 'errors'>) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={w('交回核验清单', 'Hand a list back')}
      back={{ href: ACTIONS.elsewhere, label: w('待核验的外部证书', 'Certificates to look up') }}
    >
      <Card>
        <Form action={`${ACTIONS.elsewhere}/findings`} errors={errors} submit={w('登记结果', 'Record')} upload>
          <Field
            label={w('填好的清单（.xlsx、.csv）', 'The list you filled in (.xlsx, .csv)')}
            name="file"
            type="file"
            required
            hint={w(
              '填写“平台、结果、查询日期、证据”四列；没有填结果的行会跳过。有一行不对，就都不登记。',
              'Fill in register, result, day and evidence; rows without a result are passed over. One faulty row, and nothing is recorded.',
            )}
            attributes={{ accept: '.xlsx,.xls,.csv' }}
          />
        </Form>
      </Card>
    </Page>
  )
}
