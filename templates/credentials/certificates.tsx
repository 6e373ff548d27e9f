/** The list of certificates: tabs for what is asked most, filters, one row a certificate. */

import type { PropsWithChildren } from 'hono/jsx'
import {
  type CertificateKind,
  type CertificateStatus,
  KINDS,
  REGISTRY_RESULTS,
  type RegistryResult,
  STATUSES,
} from '../../src/credentials/rules.ts'
import { LEVELS, RISING_LEVELS } from '../../src/people/rules.ts'
import { inLanguage, type Lang } from '../../src/platform/errors.ts'
import { Field } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Empty, Tabs, Tag, type Tone } from '../parts.tsx'
import { ActionBar, Filters, Pager, Results, Table } from '../table.tsx'
import { words } from '../words.ts'
import { Within } from './within.tsx'

export interface CertificateRow {
  id: string
  number: string
  kind: CertificateKind
  status: CertificateStatus
  holder_name: string
  id_number_masked: string
  occupation_name: string
  level: number | null
  issuer_name: string
  issued_on: string
  valid_until: string | null
  continued_until: string | null
  registry_result: RegistryResult | null
}

export interface CertificatesProps {
  frame: Frame
  /** the tab that is open: '' for all */
  tab: string
  filter: { number: string; name: string; level: string; kind: string }
  items: CertificateRow[]
  next: string | null
  may_issue: boolean
  /** rows can be ticked and taken to a decision that revokes many */
  may_revoke: boolean
  /** what the list is narrowed to by the page it was reached from: a batch, a class, an event, an institution */
  within: Record<string, string>
  /** the page that downloads what the list shows */
  files: string
  /** what the list finds, as a workbook */
  workbook: string
}

export function Certificates(props: CertificatesProps) {
  const { frame, tab, filter, items, next, may_issue, may_revoke, within, files, workbook } = props
  const w = words(frame.lang)
  const any = { value: '', label: w('全部', 'All') }
  const tabs = {
    '': w('全部', 'All'),
    valid: w('有效', 'Valid'),
    expiring: w('30 天内到期', 'Expire in 30 days'),
    ending: w('90 天内到期', 'Expire in 90 days'),
    expired: w('已过期', 'Expired'),
    suspended: w('暂停使用', 'Suspended'),
    revoked: w('已撤销', 'Revoked'),
    replaced: w('已换发', 'Replaced'),
  }
  return (
    <Page
      {...frame}
      heading={w('证书', 'Certificates')}
      actions={
        <>
          <a class="button" href={workbook} download>
            {w('导出', 'Export')}
          </a>
          <a class="button" href={files}>
            {w('批量下载', 'Download')}
          </a>
          {may_revoke && (
            <a class="button" href="/console/certificates/revocations">
              {w('批量撤销', 'Revoke many')}
            </a>
          )}
          {may_issue && (
            <a class="button primary" href="/console/certificates/new">
              {w('发证', 'Issue')}
            </a>
          )}
        </>
      }
    >
      <Within lang={frame.lang} within={within} />
      <Tabs
        label={w('证书状态', 'State')}
        items={Object.entries(tabs).map(([key, label]) => ({
          label,
          href: address({ ...within, ...(key ? { tab: key } : {}) }),
          current: key === tab,
        }))}
      />
      <Filters personal action="/console/certificates">
        {Object.entries({ ...within, ...(tab ? { tab } : {}) }).map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <Field label={w('证书编号', 'Number')} name="number" type="search" value={filter.number} />
        <Field
          label={w('姓名或拼音', 'Name or pinyin')}
          name="name"
          type="search"
          value={filter.name}
          attributes={{ autocomplete: 'off' }}
        />
        <Field
          label={w('等级', 'Level')}
          name="level"
          type="select"
          value={filter.level}
          options={[any, ...RISING_LEVELS.map((level) => ({ value: `${level}`, label: levelName(level, frame.lang) }))]}
        />
        <Field
          label={w('种类', 'Kind')}
          name="kind"
          type="select"
          value={filter.kind}
          options={[
            any,
            ...Object.entries(KINDS).map(([value, label]) => ({ value, label: inLanguage(frame.lang, label) })),
          ]}
        />
      </Filters>
      <Ticking action={may_revoke ? '/console/certificates/revocations' : null}>
        <Results>
          <Table
            caption={w('证书', 'Certificates')}
            {...(may_revoke && { select: 'numbers' })}
            empty={
              <Empty title={w('没有符合条件的证书。', 'No certificate matches.')}>
                <p>
                  {may_issue
                    ? w('换个条件，或者为已结业的班发证。', 'Change the filter, or issue to a class that is completed.')
                    : w(
                        '换个条件再查；不在您名册上的人，请用“核验名册”或公众查验。',
                        'Change the filter; for people not on your roster use the roster check or the public look-up.',
                      )}
                </p>
              </Empty>
            }
            columns={[
              { key: 'number', label: w('证书编号', 'Number') },
              { key: 'holder', label: w('姓名', 'Name') },
              { key: 'id_number', label: w('证件号码', 'ID number') },
              { key: 'level', label: w('职业与等级', 'Occupation and level') },
              { key: 'issuer', label: w('发证机构', 'Issuer') },
              { key: 'days', label: w('发证 / 有效期至', 'Issued / valid until') },
              { key: 'registry', label: w('官方平台', 'Official register') },
              { key: 'status', label: w('状态', 'State') },
            ]}
            rows={items.map((item) => ({
              ...(may_revoke && { id: item.number, label: `${item.holder_name} ${item.number}` }),
              cells: {
                number: <a href={`/console/certificates/${item.id}`}>{item.number}</a>,
                holder: item.holder_name,
                id_number: item.id_number_masked,
                level: `${item.occupation_name} ${item.level ? levelName(item.level, frame.lang) : inLanguage(frame.lang, KINDS[item.kind])}`,
                issuer: item.issuer_name,
                days: (
                  <>
                    {item.issued_on}
                    <br />
                    <span class="quiet">{item.continued_until ?? item.valid_until ?? w('长期', 'no end')}</span>
                  </>
                ),
                registry:
                  item.kind === 'skill_level' ? <RegistryTag result={item.registry_result} lang={frame.lang} /> : '—',
                status: <StatusTag status={item.status} lang={frame.lang} />,
              },
            }))}
          />
          <Pager next={next} />
        </Results>
        {may_revoke && items.length > 0 && (
          <ActionBar unit={w('张', 'certificates')}>
            <button type="submit" class="button danger">
              {w('撤销所选', 'Revoke those ticked')}
            </button>
          </ActionBar>
        )}
      </Ticking>
    </Page>
  )
}

function address(query: Record<string, string>): string {
  const text = new URLSearchParams(query).toString()
  return text ? `/console/certificates?${text}` : '/console/certificates'
}

/** A form around the list where its rows can be ticked. */
function Ticking({ action, children }: PropsWithChildren<{ action: string | null }>) {
  return action ? (
    <form method="post" action={action}>
      {children}
    </form>
  ) : (
    <div>{children}</div>
  )
}

const STATUS_TONES: Record<CertificateStatus, Tone> = {
  valid: 'good',
  expired: 'warn',
  suspended: 'warn',
  revoked: 'bad',
  replaced: 'plain',
}

export function statusTag(status: CertificateStatus, lang: Lang): { tone: Tone; text: string } {
  return { tone: STATUS_TONES[status], text: inLanguage(lang, STATUSES[status]) }
}

export function StatusTag({ status, lang }: { status: CertificateStatus; lang: Lang }) {
  const { tone, text } = statusTag(status, lang)
  return <Tag tone={tone}>{text}</Tag>
}

/** 未核验 until an officer has looked it up. */
export function RegistryTag({ result, lang }: { result: RegistryResult | null; lang: Lang }) {
  if (result === null) return <Tag tone="plain">{words(lang)('未核验', 'Not looked up')}</Tag>
  return <Tag tone={result === 'found' ? 'good' : 'bad'}>{inLanguage(lang, REGISTRY_RESULTS[result])}</Tag>
}

/** 64 hex digits in groups that may break. */
export function Digest({ sha256 }: { sha256: string }) {
  return <code class="digest">{sha256.match(/.{1,8}/g)?.join(' ')}</code>
}

export function levelName(level: number, lang: Lang): string {
  return inLanguage(lang, LEVELS[level]!)
}
