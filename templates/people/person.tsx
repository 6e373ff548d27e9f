/** One person: who they are, and everything the register holds about them, in blocks. */

import { PERSON_EVENTS } from '../../src/people/history-words.ts'
import { maskPhone } from '../../src/people/identity.ts'
import { type CertificateStatus, EDUCATIONS, ID_TYPES, WORKFORCES } from '../../src/people/rules.ts'
import { localTime } from '../../src/platform/calendar.ts'
import { type Frame, Page } from '../layout.tsx'
import { Card, Facts, Notice, Tag, Timeline } from '../parts.tsx'
import { words } from '../words.ts'
import { type BlockRights, Blocks, blocksOf, type RecordBlocks } from './blocks.tsx'
import { type DocumentRow, Documents } from './documents.tsx'
import { KnownOnForm, KnownOnNotice } from './known-on.tsx'
import { changesInWords, levelName, nameOf } from './parts.tsx'

export interface PersonProps {
  frame: Frame
  record: RecordBlocks & {
    person: {
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
      level: number | null
      certificate_status: CertificateStatus | null
      organisation_name: string | null
      erased: boolean
    }
    documents: DocumentRow[]
    changes: {
      at: Date
      kind: string
      by: string
      reason: string | null
      changes: unknown
      subject_id: string
    }[]
  }
  /** what the reader may do; all false on one's own record */
  may: Record<'amend' | 'reveal' | 'document' | 'erase' | 'lecture' | 'photo' | 'allowances', boolean> & BlockRights
  /** the reader's organisation: whose employments they may end */
  organisation_id: string | null
  own?: boolean
  /** the record is shown as it was known at the end of this day */
  known_on?: string | null
}

export function PersonPage({ frame, record, may: rights, organisation_id, own, known_on = null }: PersonProps) {
  const w = words(frame.lang)
  const { person } = record
  const erased = {
    amend: false,
    reveal: false,
    document: false,
    erase: false,
    lecture: false,
    photo: false,
    employ: false,
    teach: false,
    judge: false,
  }
  const may = { ...rights, ...(record.person.erased ? erased : {}) }
  const path = `/console/people/${person.id}`
  const blocks = blocksOf(frame.lang, path, record, may, organisation_id)
  return (
    <Page
      {...frame}
      heading={own ? w('我的档案', 'My record') : person.name}
      tag={{
        tone: person.level ? 'good' : 'plain',
        text: person.level ? levelName(person.level, frame.lang) : w('无有效等级证书', 'No valid certificate'),
      }}
      back={own ? undefined : { href: '/console/people', label: w('从业人员', 'People') }}
      actions={
        <>
          {may.reveal && (
            <a class="button" href={`${path}/disclosure`}>
              {w('显示全号', 'Show full numbers')}
            </a>
          )}
          {may.amend && (
            <a class="button" href={`${path}/amendment`}>
              {w('更正资料', 'Correct')}
            </a>
          )}
          {may.photo && (
            <a class="button" href={`${path}/photo`}>
              {w('照片', 'Photo')}
            </a>
          )}
          {may.allowances && (
            <a class="button" href={`${path}/allowance-months`}>
              {w('逐月津贴', 'Allowances by month')}
            </a>
          )}
          {may.lecture && (
            <form method="post" action="/console/teachers">
              <input type="hidden" name="person_id" value={person.id} />
              <button type="submit" class="button">
                {w('加入师资', 'Add as a teacher')}
              </button>
            </form>
          )}
          {may.erase && (
            <a class="button" href={`${path}/erasure`}>
              {w('删除个人信息', 'Erase')}
            </a>
          )}
        </>
      }
    >
      {person.erased && (
        <Notice tone="info">
          {w(
            '此人的个人信息已按规定删除，只保留编号与金额。',
            'The personal data of this person was erased as the rules require; only ids and sums remain.',
          )}
        </Notice>
      )}
      <Card>
        <Facts
          items={[
            { label: w('姓名', 'Name'), value: person.name },
            { label: nameOf(ID_TYPES, person.id_type, frame.lang), value: person.id_number_masked || '—' },
            { label: w('从业类别', 'Workforce'), value: nameOf(WORKFORCES, person.workforce, frame.lang) },
            { label: w('所在机构', 'Organisation'), value: person.organisation_name ?? '—' },
            {
              label: w('性别', 'Sex'),
              value: { male: w('男', 'Male'), female: w('女', 'Female') }[person.sex ?? ''] ?? '—',
            },
            { label: w('出生年份', 'Year of birth'), value: person.birth_year ?? '—' },
            { label: w('学历', 'Education'), value: nameOf(EDUCATIONS, person.education, frame.lang) },
            { label: w('手机号码', 'Phone'), value: person.phone ? maskPhone(person.phone) : '—' },
            { label: w('银行账号', 'Bank account'), value: person.bank_account_masked ?? '—' },
          ]}
        />
      </Card>
      {known_on && <KnownOnNotice frame={frame} path={path} day={known_on} />}
      {!person.erased && (
        <Documents lang={frame.lang} documents={record.documents} add={may.document ? `${path}/documents/new` : null} />
      )}
      <Blocks blocks={blocks} />
      <Card title={w('变更记录', 'Changes')}>
        <Timeline
          items={record.changes.map(({ at, kind, by, reason, changes, subject_id }) => ({
            at: localTime(at),
            title: (
              <>
                {nameOf(PERSON_EVENTS, kind, frame.lang)}
                {subject_id !== person.id && <Tag tone="plain">{w('已并入的记录', 'Merged record')}</Tag>}
              </>
            ),
            who: by,
            body: [reason, changesInWords(changes as Record<string, unknown>, frame.lang)]
              .filter(Boolean)
              .join(w('。', '. ')),
          }))}
        />
      </Card>
      {!own && <KnownOnForm frame={frame} path={path} day={known_on} />}
    </Page>
  )
}
