/** The signed report of a roster check: a JWS with who asked, why, when and what was answered, checked by anybody against the public keys. */
import { sql } from 'kysely'
import type { Context } from '../platform/context.ts'
import type { Db, Tx } from '../platform/database.ts'
import { CHECK_PURPOSES, type CheckPurpose, REPORT_TYPE } from './check-rules.ts'
import type { Check } from './checks.ts'
import { type ProofVerdict, readJws, signJws } from './jws.ts'
import { listVerifyingKeys } from './public-keys.ts'
import { currentKey } from './signing-keys.ts'

export type Report = Pick<Check, 'id' | 'purpose' | 'rows' | 'summary' | 'sha256'>

/**
 * Signs with the key of the authority nearest to whoever asks, as it keeps the register; where there is none, with that of the
 * institution itself. Null where nobody has a key: an office in a division without an authority.
 */
export async function signReport(tx: Tx, context: Context, check: Report) {
  const signer = await signerFor(tx, context)
  if (!signer) return null
  const key = await currentKey(tx, context, signer)
  const { actor, now, public_url } = context
  const payload = {
    iss: public_url,
    jti: check.id,
    iat: Math.floor(now.getTime() / 1000),
    asked_by: { organisation: actor.organisation_name, account: actor.display_name },
    purpose: check.purpose,
    summary: check.summary,
    rows_sha256: check.sha256,
    rows: check.rows.map(({ kind: _, ...row }) => row),
  }
  return { report: await signJws(REPORT_TYPE, payload, key), key_id: key.id }
}

async function signerFor(db: Db, { actor }: Context): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    with asker as (select coalesce((select district_code from organisations where id = ${actor.organisation_id}::uuid), ${actor.district_code}, '') as code)
    select o.id from organisations o, asker
    where 'authority' = any (o.kinds) and asker.code like regexp_replace(o.district_code, '(00){1,3}$', '') || '%'
    order by length(regexp_replace(o.district_code, '(00){1,3}$', '')) desc, o.id limit 1`.execute(db)
  return rows[0]?.id ?? actor.organisation_id
}

export interface ReportVerdict {
  /** of the signature and the key; `altered` too where the rows are not those of the digest */
  verdict: ProofVerdict
  /** whose key signed it */
  signed_by: string | null
  check_id: string | null
  asked_by: string | null
  purpose: CheckPurpose | null
  /** instant */
  checked_at: string | null
  rows: number | null
  rows_sha256: string | null
}

/** Whether a report is one of this register and unchanged. Tells nothing of its rows: whoever has it can read them. */
export async function verifyReport(db: Db, text: string): Promise<ReportVerdict> {
  const { verdict, typ, payload, key } = await readJws(text, await listVerifyingKeys(db))
  const nothing = {
    ...{ check_id: null, asked_by: null, purpose: null, checked_at: null, rows: null },
    rows_sha256: null,
  }
  if (verdict !== 'valid') return { verdict, signed_by: null, ...nothing }
  if (typ !== REPORT_TYPE) return { verdict: 'unreadable', signed_by: null, ...nothing }
  const said = payload as unknown as Payload
  return {
    verdict,
    signed_by: key!.issuer_name,
    check_id: said.jti,
    asked_by: said.asked_by.organisation ?? said.asked_by.account,
    purpose: said.purpose in CHECK_PURPOSES ? said.purpose : null,
    checked_at: new Date(said.iat * 1000).toISOString(),
    rows: said.rows.length,
    rows_sha256: said.rows_sha256,
  }
}

interface Payload {
  jti: string
  iat: number
  asked_by: { organisation: string | null; account: string }
  purpose: CheckPurpose
  rows: unknown[]
  rows_sha256: string
}
