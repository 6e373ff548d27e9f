/** The table of boundary cases that a policy officer reads: each row a situation in few words, made into facts. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { EmploymentFact, Facts } from '../../src/allowances/evaluate.ts'
import type { Version } from '../../src/allowances/rules.ts'
import { firstDay } from '../../src/platform/calendar.ts'
import { certificate, employment, home, versionOf } from './allowance-facts.ts'

export interface SchemeCase {
  scheme: string
  components: string[]
  situation: string
  facts: string[]
  month: string
  /** yuan, or `拒绝：` and what the refusal names */
  expected: string
  clause: string
}

export function schemeCases(): SchemeCase[] {
  const path = fileURLToPath(new URL('../rules/schemes.csv', import.meta.url))
  const [, ...lines] = readFileSync(path, 'utf8').trim().split('\n')
  return lines.map((line) => {
    const [scheme, component, situation, facts, month, expected, clause] = line.split(',') as [string, ...string[]]
    return {
      ...{ scheme, components: component!.split('+'), situation: situation!, month: month!, expected: expected! },
      ...{ clause: clause!, facts: facts === '' ? [] : facts!.split(' ') },
    }
  })
}

const REGISTERS = ['osta', 'zheli_kangyang', 'yong_yi_yang'].map((registry) => ({ check_id: registry, registry }))

/** Somebody who works full months in a private home of the scheme's division, insured and trained, since 2010; each word of the row changes one thing. */
export function factsOf({ scheme, components, facts: words, month }: SchemeCase): Facts {
  const { division_code, version } = caseVersion({ scheme, facts: words })
  const here = (id: string, change = {}) =>
    home({ id, district_code: division_code, chain_id: 'chain', ownership: 'private', ...change })
  const now: EmploymentFact = employment({
    starts_on: '2010-01-01',
    contract_until: '2099-01-01',
    organisation: here('home'),
  })
  const facts: Facts = {
    ...{ employments: [now], certificates: [], degrees: [], trainings: [], paid: [], conduct: [] },
    ...{ claims: [], licences: [] },
    attendance: [{ month, organisation_id: 'home', days: 22, insured: true }],
    education: [{ id: 'hours', completed_on: firstDay(month), hours: 40 }],
    ...{ born_on: '1985-01-01', sex: 'male' },
  }
  let uncertified = false
  for (const word of words) {
    const [name, value = ''] = word.split('=') as [string, string?]
    const [left, right = ''] = value.split('@') as [string, string?]
    if (name === '入职') now.starts_on = value
    else if (name === '离职') now.ends_on = value
    else if (name === '合同') now.contract_kind = value
    else if (name === '合同至') now.contract_until = value === '未登记' ? null : value
    else if (name === '岗位') now.post = value
    else if (name === '举办') now.organisation = here('home', { ownership: value === '未登记' ? null : value })
    else if (name === '申领')
      facts.claims!.push({
        ...{ id: `claim${value}`, scheme_code: version.scheme_code, component: components[0]!, claimed_on: value },
      })
    else if (name === '执业') {
      const [issued_on, valid_until = null] = right.split('..') as [string, string?]
      facts.licences!.push({ id: `l${right}`, kind: left, issued_on, valid_until })
    } else if (name === '无证') uncertified = true
    else if (name === '机构') now.organisation = here('home', { facility_kind: value })
    else if (name === '出勤') facts.attendance[0]!.days = Number(value)
    else if (name === '社保') facts.attendance[0]!.insured = false
    else if (name === '学时') facts.education[0]!.hours = Number(value)
    else if (name === '出生') facts.born_on = value
    else if (name === '性别') facts.sex = value
    else if (name === '等级') {
      const id = `c${facts.certificates.length}`
      facts.certificates.push(certificate({ id, level: Number(left), issued_on: right, found_in: REGISTERS }))
    } else if (name === '学历') {
      const [graduated_on, mode = 'full_time'] = right.split('/') as [string, string?]
      facts.degrees!.push({ id: `d${facts.degrees!.length}`, level: left, mode, graduated_on })
    } else if (name === '培训')
      facts.trainings!.push({ id: `t${right}`, level: Number(left), hours: 80, passed_on: right })
    else if (name === '曾任') {
      const [span, chain] = value.split('/') as [string, string?]
      const [starts_on, ends_on] = span.split('..') as [string, string]
      const organisation = here('before', chain ? {} : { chain_id: 'another' })
      facts.employments.push(employment({ id: 'before', starts_on, ends_on, organisation }))
    } else if (name === '已发') facts.paid!.push(booked(version.scheme_code, components[0]!, null, value))
    else if (name === '他项') {
      const [group, yuan] = value.split('/') as [string, string]
      facts.paid!.push(booked('another', 'another', group, yuan))
    } else if (name !== '已确认') throw new Error(`a word nobody knows: ${word}`)
  }
  // who asks for no certificate is given one that does no harm
  if (facts.certificates.length === 0 && !uncertified)
    facts.certificates.push(certificate({ level: 5, issued_on: '2010-01-01', found_in: REGISTERS }))
  return facts
}

function booked(scheme_code: string, component: string, group: string | null, yuan: string) {
  return { scheme_code, component, group, month: '2000-01', amount_fen: Number(yuan) * 100 }
}

const HOURS = { 5: 8, 4: 16, 3: 24, 2: 32, 1: 40 }

/** The version of the file; with the word 已确认 as if a document had confirmed what it assumes and gave what it lacks. */
export function caseVersion({ scheme, facts }: Pick<SchemeCase, 'scheme' | 'facts'>): {
  division_code: string
  version: Version
} {
  const version = versionOf(scheme)
  if (!facts.includes('已确认')) return { division_code: version.division_code, version }
  return {
    division_code: version.division_code,
    version: {
      ...version,
      components: version.components.map((component) => ({ ...component, unknown: [] })),
      rates: version.rates.map((rate) => ({ ...rate, confidence: 'confirmed' })),
      conditions: version.conditions.map((one) => (one.threshold === null ? { ...one, threshold: HOURS } : one)),
    },
  }
}
