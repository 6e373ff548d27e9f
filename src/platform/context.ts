/** Who is acting, what they may see, and when: handed to every action and query. */
import type { Vault } from './vault.ts'

export type Role =
  | 'admin'
  | 'trainer'
  | 'assessor'
  | 'facility'
  | 'district'
  | 'township'
  | 'health'
  | 'finance'
  | 'auditor'
  | 'carer'

export interface Actor {
  account_id: string
  username: string
  display_name: string
  role: Role
  organisation_id: string | null
  organisation_name: string | null
  district_code: string | null
  /** of a township's account: the one it is of; null: the whole district, and what lies in no township on record */
  township_code: string | null
  person_id: string | null
  /** the key the call came with, or by which the job was asked for */
  api_key_id?: string | undefined
  /** permissions the key of the call is limited to; without a key all that the role has */
  scopes?: readonly string[] | undefined
  /** signed in with a password that an administrator gave out: another must be chosen before anything else */
  password_due: boolean
}

/**
 * What the actor may see. A division is a prefix of the district code (`3301` Hangzhou, `330106` Xihu, `` everything),
 * so that the same column serves a district, a city, a province and the country. A township (`330106001`) is longer than any district code:
 * it sees nothing but what asks for {@link townshipOf}.
 */
export type Scope =
  | { kind: 'division'; prefix: string }
  | { kind: 'organisation'; organisation_id: string }
  | { kind: 'person'; person_id: string }

/** Files that come with the program (fonts, the list of packages): from disk on Node, from the asset binding on Workers. */
export type Assets = (name: string) => Promise<Uint8Array>

/** The asset that says what is shipped: {@link Shipped} as JSON. */
export const SHIPPED = 'shipped.json'

export interface Shipped {
  version: string
  packages: { name: string; version: string; licence: string | null }[]
}

export interface Context {
  actor: Actor
  scope: Scope
  now: Date
  request_id: string
  vault: Vault
  assets: Assets
  /** the address printed in QR codes, without a trailing slash */
  public_url: string
  /** the import that brings the rows being written: evidence on every fact that comes of it */
  import_id?: string | undefined
}

/** The scope that goes with an account: its own record, its organisation, its township, or its division. */
export function scopeOf(actor: Actor): Scope {
  if (actor.role === 'carer')
    return { kind: 'person', person_id: actor.person_id ?? '00000000-0000-0000-0000-000000000000' }
  if (actor.organisation_id && ['trainer', 'assessor', 'facility'].includes(actor.role))
    return { kind: 'organisation', organisation_id: actor.organisation_id }
  return { kind: 'division', prefix: actor.township_code ?? divisionPrefix(actor.district_code ?? '000000') }
}

/** The township that is all of the scope, of a reviewer who has one. */
export function townshipOf(scope: Scope): string | null {
  return scope.kind === 'division' && scope.prefix.length === 9 ? scope.prefix : null
}

/** `330100` → `3301`, `330000` → `33`, `330106` → `330106`. */
export function divisionPrefix(code: string): string {
  return code.replace(/(00){1,3}$/, '')
}

/** The program itself as an actor, for what no account asked for: the first start, an operator at the command line. */
export const SYSTEM: Actor = {
  account_id: '00000000-0000-7000-8000-000000000000',
  username: 'system',
  display_name: 'system',
  role: 'admin',
  organisation_id: null,
  organisation_name: null,
  district_code: null,
  township_code: null,
  person_id: null,
  password_due: false,
}
