/** The keys that issuers sign with: made at first use, sealed by the vault, retired by a successor, and kept for as long as what they signed. */
import { type RawBuilder, type Selectable, sql } from 'kysely'
import { createCMSECDSASignature } from 'pkijs'
import type { SigningKeys } from '../../db/schema.ts'
import { recordHistory } from '../history/actions.ts'
import { base64ToBytes, bytesToBase64 } from '../platform/bytes.ts'
import type { Context, Scope } from '../platform/context.ts'
import type { Db, Tx } from '../platform/database.ts'
import { notFound, refuse } from '../platform/errors.ts'
import { type PublicJwk, thumbprint } from './jwk.ts'
import { ECDSA } from './jws.ts'
import { certifyKey } from './key-certificate.ts'
import { ES256, type Signer } from './signer.ts'

export interface SigningKey {
  /** RFC 7638 thumbprint: the `kid` of what is signed */
  id: string
  public_jwk: PublicJwk
  /** X.509, DER */
  certificate: Uint8Array
  /** ES256 over the data: r and s, 32 bytes each, as JWS carries it */
  sign(data: Uint8Array): Promise<Uint8Array<ArrayBuffer>>
}

/**
 * The key an organisation signs with, made when there is none. In a transaction it is held until the end: it is not retired between
 * signing and writing down what was signed. Refuses what the vault refuses.
 */
export async function currentKey(db: Db | Tx, context: Context, organisation_id: string): Promise<SigningKey> {
  if (db.isTransaction) await sql`select pg_advisory_xact_lock_shared(${lockOf(organisation_id)})`.execute(db)
  const row = (await findCurrent(db, organisation_id)) ?? (await makeFirst(db, context, organisation_id))
  return openKey(row, context)
}

function lockOf(organisation_id: string) {
  return sql`hashtextextended(${`signing key ${organisation_id}`}, 0)`
}

function findCurrent(db: Db, organisation_id: string) {
  return db
    .selectFrom('signing_keys')
    .selectAll()
    .where('organisation_id', '=', organisation_id)
    .where(sql<boolean>`not exists (select from signing_key_retirements r where r.key_id = signing_keys.id)`)
    .executeTakeFirst()
}

async function makeFirst(db: Db | Tx, context: Context, organisation_id: string) {
  const make = async (tx: Tx) => {
    const id = await makeKey(tx, context, organisation_id, null)
    if (id) await record(tx, context, organisation_id, { kind: 'signing_key.made', id })
  }
  await (db.isTransaction ? make(db as Tx) : db.transaction().execute(make))
  return (await findCurrent(db, organisation_id))!
}

/**
 * Answers the id, or null when somebody else has made the organisation's first key meanwhile: the constraint makes the second writer
 * wait, then passes it by.
 */
async function makeKey(
  tx: Tx,
  context: Context,
  organisation_id: string,
  replaces: string | null,
): Promise<string | null> {
  const owner = await tx
    .selectFrom('organisations')
    .select(['name', 'credit_code'])
    .where('id', '=', organisation_id)
    .executeTakeFirst()
  if (!owner) notFound({ zh: '机构', en: 'organisation' })
  const pair = (await crypto.subtle.generateKey(ECDSA, true, ['sign', 'verify'])) as CryptoKeyPair
  const public_jwk = publicHalf(await crypto.subtle.exportKey('jwk', pair.publicKey))
  const id = await thumbprint(public_jwk)
  const made = await tx
    .insertInto('signing_keys')
    .values({
      id,
      organisation_id,
      algorithm: 'ES256',
      public_jwk: JSON.stringify(public_jwk),
      certificate_der: (await certifyKey(pair, owner, context.now)) as Selectable<SigningKeys>['certificate_der'],
      private_sealed: await context.vault.seal(await exportPrivate(pair.privateKey)),
      valid_from: context.now,
      replaces,
    })
    .onConflict((oc) => oc.column('organisation_id').where('replaces', 'is', null).doNothing())
    .returning('id')
    .executeTakeFirst()
  return made ? id : null
}

function publicHalf({ x, y }: JsonWebKey): PublicJwk {
  return { kty: 'EC', crv: 'P-256', x: x!, y: y! }
}

async function exportPrivate(key: CryptoKey): Promise<string> {
  return bytesToBase64(new Uint8Array(await crypto.subtle.exportKey('pkcs8', key)))
}

/** Opened once a process; values, because on Workers a promise belongs to the request that made it. */
const opened = new Map<string, CryptoKey>()

async function openKey(row: Selectable<SigningKeys>, { vault }: Pick<Context, 'vault'>): Promise<SigningKey> {
  const { id, public_jwk, certificate_der, private_sealed } = row
  const key =
    opened.get(id) ??
    (await crypto.subtle.importKey('pkcs8', base64ToBytes(await vault.open(private_sealed)), ECDSA, false, ['sign']))
  opened.set(id, key)
  return {
    id,
    public_jwk: public_jwk as unknown as PublicJwk,
    certificate: certificate_der,
    sign: async (data) => new Uint8Array(await crypto.subtle.sign(ECDSA, key, data as Uint8Array<ArrayBuffer>)),
  }
}

/** The key as what signs PDFs. */
export function pdfSigner({ certificate, sign }: SigningKey): Signer {
  return {
    algorithm: ES256,
    certificate_chain: [certificate],
    sign: async (data) => new Uint8Array(createCMSECDSASignature((await sign(data)).buffer)),
  }
}

/** Every key there ever was, the newest first. Unscoped: public keys are for everybody. */
export async function listPublicKeys(db: Db, organisation_id?: string) {
  const query = publicKeys(db)
  return (organisation_id ? query.where('signing_keys.organisation_id', '=', organisation_id) : query).execute()
}

/** An institution's own keys, or those of a division. */
export async function listKeys(db: Db, scope: Scope) {
  return publicKeys(db).where(visible(scope)).execute()
}

export async function getKey(db: Db, scope: Scope, id: string): Promise<PublicKey> {
  const key = await publicKeys(db).where('signing_keys.id', '=', id).where(visible(scope)).executeTakeFirst()
  return key ?? notFound({ zh: '签发密钥', en: 'signing key' })
}

export type PublicKey = Awaited<ReturnType<typeof listPublicKeys>>[number]

function publicKeys(db: Db) {
  return db
    .selectFrom('signing_keys')
    .innerJoin('organisations', 'organisations.id', 'signing_keys.organisation_id')
    .leftJoin('signing_key_retirements as retirement', 'retirement.key_id', 'signing_keys.id')
    .select([
      'signing_keys.id',
      'signing_keys.organisation_id',
      'organisations.name as organisation_name',
      'signing_keys.algorithm',
      'signing_keys.certificate_der',
      'signing_keys.valid_from',
      'retirement.retired_at',
      'retirement.reason',
    ])
    .select((eb) => eb.ref('signing_keys.public_jwk').$castTo<PublicJwk>().as('public_jwk'))
    .orderBy('signing_keys.valid_from', 'desc')
    .orderBy('retirement.retired_at', (order) => order.desc().nullsFirst())
}

function visible(scope: Scope): RawBuilder<boolean> {
  if (scope.kind === 'organisation') return sql`signing_keys.organisation_id = ${scope.organisation_id}`
  return scope.kind === 'division' ? sql`organisations.district_code like ${`${scope.prefix}%`}` : sql`false`
}

/** Retires a key that is in use. Answers its successor. Refuses 404 for a key of somebody else, `signing_key.retired`. */
export async function retireKey(
  tx: Tx,
  context: Context,
  id: string,
  { reason }: { reason: string },
): Promise<PublicKey> {
  const { organisation_id } = await getKey(tx, context.scope, id)
  await holdKeys(tx, organisation_id)
  // read again: somebody else may have been first
  const { retired_at } = await getKey(tx, context.scope, id)
  if (retired_at !== null)
    refuse('conflict', 'signing_key.retired', {
      zh: '这把密钥已经停用，现用的是接替它的密钥。',
      en: 'This key is retired already; its successor is in use.',
    })
  const made = await rotateKey(tx, context, organisation_id, reason)
  return getKey(tx, context.scope, made.id)
}

/** Nobody signs with the organisation's key until the transaction ends; who does now is waited for. */
async function holdKeys(tx: Tx, organisation_id: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(${lockOf(organisation_id)})`.execute(tx)
}

/** Retires the current key and makes its successor; what the old one signed stays valid. Waits for whoever is signing. Answers the new key. */
export async function rotateKey(
  tx: Tx,
  context: Context,
  organisation_id: string,
  reason: string,
): Promise<SigningKey> {
  await holdKeys(tx, organisation_id)
  const old = await findCurrent(tx, organisation_id)
  if (!old) return currentKey(tx, context, organisation_id)
  const { account_id: retired_by } = context.actor
  await tx
    .insertInto('signing_key_retirements')
    .values({ key_id: old.id, organisation_id, retired_at: context.now, retired_by, reason })
    .execute()
  const id = (await makeKey(tx, context, organisation_id, old.id))!
  await record(tx, context, organisation_id, { kind: 'signing_key.rotated', id, reason, replaces: old.id })
  return currentKey(tx, context, organisation_id)
}

async function record(
  tx: Tx,
  context: Context,
  organisation_id: string,
  { kind, id, reason, ...changes }: { kind: string; id: string; reason?: string; replaces?: string },
): Promise<void> {
  const { district_code } = await tx
    .selectFrom('organisations')
    .select('district_code')
    .where('id', '=', organisation_id)
    .executeTakeFirstOrThrow()
  await recordHistory(tx, context, {
    ...{ kind, subject_kind: 'signing_key', subject_id: id, organisation_id, district_code },
    ...(reason ? { reason } : {}),
    changes,
  })
}
