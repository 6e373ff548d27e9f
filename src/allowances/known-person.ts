/** All that is known now of one person, in one statement: what decide() needs for whichever month, and the names that an answer is told with. */
import { sql } from 'kysely'
import { stillProves } from '../people/certificate-standing.ts'
import { missingPerson } from '../people/merged-records.ts'
import { personInScope } from '../people/roster.ts'
import type { Scope } from '../platform/context.ts'
import { type Db, PREPARED } from '../platform/database.ts'
import { creditAsReplaced } from './certificate-facts.ts'
import type { CertificateFact, EmploymentFact, Facts, OrganisationFact } from './evaluate.ts'

export interface KnownPerson {
  id: string
  /** its own id, and those of the records merged into it */
  records: string[]
  name: string
  id_number_masked: string
  workforce: string
  /** somewhere to pay to is on record */
  has_account: boolean
  /** of the schemes: what was read of them before holds while this is the same */
  rules_revision: string
  facts: PersonFacts
}
export interface PersonFacts extends Facts {
  employments: (EmploymentFact & { organisation: OrganisationFact & { name: string } })[]
  certificates: (CertificateFact & { number: string })[]
}

type Row = Omit<KnownPerson, 'facts'> & PersonFacts & { replaced: Record<string, string> }

/** Of a person within the scope, or 404. The same facts as those a run reads by now, not narrowed to posts, occupations or months. */
export async function readPerson(db: Db, scope: Scope, id: string): Promise<KnownPerson> {
  const { rows } = await sql<Row>`${PREPARED}
    select people.id, array(select records_of(people.id)) as records, people.name, people.id_number_masked, people.workforce, people.bank_account_sealed is not null as has_account,
      people.birth_date as born_on, people.sex,
      (select md5(string_agg(v.id::text, '' order by v.id)) from (select id from scheme_versions union all select id from scheme_confirmations) v) as rules_revision,
      array(
        select jsonb_build_object('id', e.id, 'post', e.post, 'contract_kind', e.contract_kind, 'contract_until', e.contract_until, 'starts_on', e.starts_on, 'ends_on', e.ends_on,
          'organisation', jsonb_build_object('id', o.organisation_id, 'name', n.name, 'district_code', o.district_code,
            'facility_kind', o.facility_kind, 'ownership', o.ownership, 'closed_on', o.closed_on, 'chain_id', ${chain},
            'filings', coalesce((
              select jsonb_agg(jsonb_build_object('starts_on', f.starts_on, 'ends_on', f.ends_on) order by f.starts_on, f.id)
              from organisation_filings f where f.organisation_id = o.organisation_id and f.known_to = 'infinity'), '[]')))
        from employments e join organisation_standings o on o.organisation_id = e.organisation_id and o.known_to = 'infinity'
          join organisations n on n.id = e.organisation_id
        where e.person_id = people.id and e.known_to = 'infinity') as employments,
      array(
        select jsonb_build_object('month', to_char(m.month, 'YYYY-MM'), 'organisation_id', m.organisation_id, 'days', m.attendance_days,
          'insured', m.social_insurance)
        from service_months m where m.person_id = people.id and m.known_to = 'infinity') as attendance,
      array(
        select jsonb_build_object('id', c.id, 'number', c.number, 'occupation_code', c.occupation_code, 'level', c.level, 'issued_on', c.issued_on,
          'credited_from', c.issued_on, 'valid_until', coalesce(k.valid_until, c.valid_until), 'revoked_from', r.effective_on,
          'suspended', (
            select jsonb_agg(jsonb_build_object('from_on', s.from_on, 'to_on', e.from_on) order by s.seq)
            from certificate_suspensions s left join certificate_resumptions e on (e.certificate_id, e.seq) = (s.certificate_id, s.seq)
            where s.certificate_id = c.id),
          'found_in', ${foundIn(sql`registry_checks k where k.certificate_id = c.id`)})
        from certificates c left join standing_revocations r on r.certificate_id = c.id
          left join standing_continuations k on k.certificate_id = c.id
        where c.person_id = people.id and c.kind = 'skill_level')
      || array(
        select jsonb_build_object('id', x.id, 'number', x.number, 'occupation_code', x.occupation_code, 'level', x.level, 'issued_on', x.issued_on,
          'credited_from', x.issued_on, 'valid_until', x.valid_until, 'revoked_from', null, 'external', true,
          'found_in', ${foundIn(sql`external_certificate_checks k where k.certificate_id = x.id and k.revision = x.revision`)})
        from external_certificates x join lateral (
          select k.result from external_certificate_checks k where k.certificate_id = x.id and k.revision = x.revision
          order by k.checked_on desc, k.known_from desc, k.id desc limit 1) newest on newest.result = 'found'
        where x.person_id = people.id and x.kind = 'skill_level' and x.known_to = 'infinity') as certificates,
      (select coalesce(jsonb_object_agg(c.id, c.replaces_id), '{}') from certificates c where c.person_id = people.id and c.replaces_id is not null) as replaced,
      array(
        select jsonb_build_object('id', h.id, 'completed_on', h.completed_on, 'hours', h.hours)
        from education_hours h where h.person_id = people.id and h.known_to = 'infinity' and h.approval = 'approved') as education,
      array(
        select jsonb_build_object('id', v.id, 'kind', v.kind, 'happened_on', v.happened_on, 'period_from', v.period_from, 'period_to', v.period_to)
        from conduct_events v where v.person_id = people.id and v.known_to = 'infinity') as conduct,
      array(
        select jsonb_build_object('id', d.id, 'level', d.level, 'mode', d.mode, 'graduated_on', d.graduated_on)
        from educations d where d.person_id = people.id and d.known_to = 'infinity' and d.graduated_on is not null) as degrees,
      array(
        select jsonb_build_object('id', l.id, 'kind', l.kind, 'issued_on', l.issued_on, 'valid_until', l.valid_until)
        from licences l where l.person_id = people.id and l.known_to = 'infinity' order by l.issued_on, l.id) as licences,
      array(
        select jsonb_build_object('id', a.id, 'scheme_code', a.scheme_code, 'component', a.component, 'claimed_on', a.claimed_on)
        from allowance_claims a where a.person_id = people.id and a.known_to = 'infinity' order by a.claimed_on, a.id) as claims,
      array(
        select jsonb_build_object('id', c.id, 'level', c.level, 'hours', coalesce(v.theory_hours + v.practice_hours, 0), 'passed_on', c.issued_on)
        from certificates c left join enrolments e on e.id = c.enrolment_id left join classes k on k.id = e.class_id
          left join course_versions v on v.course_id = k.course_id and v.number = k.course_version
        where c.person_id = people.id and c.kind = 'skill_level' and ${standing} order by c.issued_on, c.id) as trainings,
      array(
        select jsonb_build_object('id', c.id, 'tier', n.tier, 'prize', rank.award, 'won_on', c.issued_on)
        from certificates c join competition_published_ranks rank on rank.publication_id = c.publication_id and rank.entry_id = c.entry_id
          join competition_publications p on p.id = c.publication_id join competition_events v on v.id = p.event_id
          join competitions n on n.id = v.competition_id
        where c.person_id = people.id and c.kind = 'award' and n.tier is not null and rank.award is not null and ${standing} order by c.issued_on, c.id) as awards,
      array(
        select jsonb_build_object('scheme_code', l.scheme_code, 'component', l.component, 'group', k.settings ->> 'group',
          'month', to_char(l.month, 'YYYY-MM'), 'amount_fen', l.entitlement_fen)
        from (
          select distinct on (l.scheme_code, l.month, l.component) l.* from allowance_ledger l
          where l.person_id = people.id order by l.scheme_code, l.month, l.component, l.seq desc) l
          join allowance_lines made on (made.run_id, made.person_id, made.month, made.component) = (l.run_id, l.person_id, l.month, l.component)
          join scheme_components k on k.version_id = made.version_id and k.code = l.component) as paid
    from people where people.id = ${id}::uuid and ${personInScope(scope)}`.execute(db)
  const [row] = rows
  if (!row) return missingPerson(db, scope, id)
  const {
    id: _,
    records,
    name,
    id_number_masked,
    workforce,
    has_account,
    rules_revision,
    replaced,
    certificates,
    ...known
  } = row
  const held = new Map(certificates.map((one) => [one.id, { ...one, suspended: one.suspended ?? [] }]))
  for (const replacement of Object.keys(replaced)) {
    const certificate = held.get(replacement)
    if (certificate) creditAsReplaced(certificate, held, new Map(Object.entries(replaced)))
  }
  const facts = { ...known, certificates: [...held.values()] }
  return { id, records, name, id_number_masked, workforce, has_account, rules_revision, facts }
}

/** A certificate (`c` of the query) that is no replacement and still proves what it says: what was passed and won counts once. */
const standing = sql`c.replaces_id is null and ${stillProves('now')}`

/** The root of the chain that the organisation (`o` of the query) belongs to. */
const chain = sql`(
  with recursive above as (
    select o.organisation_id as id, o.parent_id
    union
    select s.organisation_id, s.parent_id from above join organisation_standings s on s.organisation_id = above.parent_id and s.known_to = 'infinity'
  ) select above.id from above where above.parent_id is null)`

/** The registers whose newest look-up (`k` of the query) found it. */
function foundIn(looks: ReturnType<typeof sql>) {
  return sql`coalesce((
    select jsonb_agg(jsonb_build_object('check_id', n.id, 'registry', n.registry)) from (
      select distinct on (k.registry) k.id, k.registry, k.result from ${looks}
      order by k.registry, k.checked_on desc, k.known_from desc, k.id desc) n
    where n.result = 'found'), '[]')`
}
